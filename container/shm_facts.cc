#include "container/shm_facts.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <memory>

#include "base/text.h"

namespace headroom {
namespace {

/// The same place without symbolic links; runtimes resolve them before they mount.
std::string Resolved(const std::string& path) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  const std::unique_ptr<char, Free> text(realpath(path.c_str(), nullptr));
  return text ? text.get() : "";
}

const Mount* MountBelow(const std::vector<Mount>& mounts, const std::string& rootfs) {
  if (rootfs.empty() || rootfs == "/") return nullptr;
  return FindMount(mounts, rootfs + "/dev/shm");
}

bool HasOtherRoot(const std::vector<Mount>& mounts, const std::vector<Mount>& own) {
  const Mount* theirs = FindMount(mounts, "/");
  const Mount* ours = FindMount(own, "/");
  if (theirs == nullptr || ours == nullptr) return false;
  return theirs->device != ours->device || theirs->root != ours->root;
}

bool IsHostShm(const std::string& host_shm, dev_t device) {
  struct stat info{};
  return stat(host_shm.c_str(), &info) == 0 && info.st_dev == device;
}

/// What mountinfo leaves out (a tmpfs of the default size) the file system itself knows.
std::optional<Limit> SizeOf(const HostView& host, pid_t pid, const Mount& mount) {
  if (const auto stated = TmpfsSize(mount)) return stated;
  const auto use =
      ReadFilesystemUse(fmt::format("{}/{}/root{}", host.proc, pid, mount.mount_point));
  return use ? std::optional(Limit(use->size)) : std::nullopt;
}

/// The field behind the fourth blank of a line of mountinfo, still escaped.
std::string_view MountPointField(std::string_view line) {
  for (int field = 0; field < 4; ++field) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return {};
    line.remove_prefix(blank + 1);
  }
  return line.substr(0, line.find(' '));
}

/// Reads and parses only the mounts that may matter: a busy host has thousands.
std::vector<Mount> ReadMounts(const HostView& host, pid_t pid) {
  constexpr std::size_t kMaxMountinfo = std::size_t{32} << 20U;
  const auto text = ReadProcessFile(host, pid, "mountinfo", kMaxMountinfo);
  if (!text) return {};
  std::string relevant;
  std::string_view rest = *text;
  while (const auto line = TakeLine(rest)) {
    const std::string_view point = MountPointField(*line);
    if (point != "/" && !point.ends_with("/dev/shm")) continue;
    relevant += *line;
    relevant += '\n';
  }
  return ParseMountinfo(relevant).value_or(std::vector<Mount>{});
}

}  // namespace

std::string RootfsPath(const OciState& state, const OciConfig* config) {
  std::string root = state.root.value_or("");
  if (root.empty() && config != nullptr) root = config->root_path;
  if (root.empty()) return {};
  if (!root.starts_with('/')) {
    if (!state.bundle || !state.bundle->starts_with('/')) return {};
    root = *state.bundle + "/" + root;
  }
  return PlainPath(root);
}

const Mount* FindShmMount(const std::vector<Mount>& mounts, const std::string& rootfs,
                          const std::vector<Mount>& own) {
  if (const Mount* before = MountBelow(mounts, rootfs)) return before;
  return HasOtherRoot(mounts, own) ? FindMount(mounts, "/dev/shm") : nullptr;
}

std::optional<ShmFacts> FindShm(const HookSurroundings& surroundings, pid_t pid,
                                const std::string& rootfs) {
  const auto mounts = ReadMounts(surroundings.host, pid);
  const Mount* mount = MountBelow(mounts, rootfs);
  if (mount == nullptr && !rootfs.empty()) mount = MountBelow(mounts, Resolved(rootfs));
  if (mount == nullptr) {
    mount = FindShmMount(mounts, "", ReadMounts(surroundings.host, surroundings.self));
  }
  if (mount == nullptr) return std::nullopt;
  ShmFacts shm;
  shm.mount_point = mount->mount_point;
  shm.type = mount->type;
  shm.device = mount->device;
  shm.host_shared = IsHostShm(surroundings.host_shm, mount->device);
  if (mount->type == "tmpfs") shm.size = SizeOf(surroundings.host, pid, *mount);
  return shm;
}

}  // namespace headroom
