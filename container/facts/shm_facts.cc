#include "container/facts/shm_facts.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/text.h"

namespace headroom {
namespace {

bool IsHostShm(const std::string& host_shm, dev_t device) {
  struct stat info{};
  return stat(host_shm.c_str(), &info) == 0 && info.st_dev == device;
}

bool HasComponent(std::string_view path, std::string_view name) {
  const auto components = Split(path, '/');
  return std::ranges::find(components, name) != components.end();
}

/// What mountinfo leaves out (a tmpfs of the default size) the file system itself knows.
std::optional<Limit> SizeOf(const HostView& host, pid_t pid, const Mount& mount) {
  if (const auto stated = TmpfsSize(mount)) return stated;
  const auto use =
      ReadFilesystemUse(fmt::format("{}/{}/root{}", host.proc, pid, mount.mount_point));
  return use ? std::optional(Limit(use->size)) : std::nullopt;
}

/// What is there counts, and config.json where that does not tell: the host's mounts may be others
/// in the mount namespace of whoever looks. An engine's mount is believed to be for one container
/// only where config.json binds it, as all that a runtime mounts itself is nowhere on the host.
bool IsShared(const ContainerMounts& mounts, const Mount& mount, const ShmOwner& owner) {
  const bool bound = owner.config != nullptr && owner.config->shm && IsBind(*owner.config->shm);
  if (bound && (owner.in_pod || SharesShm(*owner.config, owner.id))) return true;
  if (mount.type != "tmpfs") return false;
  if (mount.root != "/") return true;
  return std::ranges::any_of(mounts.host_tmpfs, [&](const Mount& host_mount) {
    if (host_mount.device != mount.device) return false;
    return !bound || !IsMadeFor(owner.id, host_mount);
  });
}

}  // namespace

bool SharesShm(const OciConfig& config, std::string_view container_id) {
  if (!config.shm || !IsBind(*config.shm)) return false;
  return !HasComponent(config.shm->source, container_id);
}

bool IsMadeFor(std::string_view container_id, const Mount& host_mount) {
  return host_mount.root == "/" && HasComponent(host_mount.mount_point, container_id);
}

std::optional<ShmFacts> FindShm(const HookSurroundings& surroundings, const ContainerMounts& mounts,
                                const ShmOwner& owner) {
  const Mount* mount = mounts.At("/dev/shm");
  if (mount == nullptr) return std::nullopt;
  ShmFacts shm;
  shm.mount_point = mount->mount_point;
  shm.type = mount->type;
  shm.device = mount->device;
  shm.host_shared = IsHostShm(surroundings.host_shm, mount->device);
  shm.bind_mounted = IsShared(mounts, *mount, owner);
  if (mount->type == "tmpfs") shm.size = SizeOf(surroundings.host, owner.init, *mount);
  return shm;
}

}  // namespace headroom
