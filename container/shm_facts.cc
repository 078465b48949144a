#include "container/shm_facts.h"

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

/// What mountinfo leaves out (a tmpfs of the default size) the file system itself knows.
std::optional<Limit> SizeOf(const HostView& host, pid_t pid, const Mount& mount) {
  if (const auto stated = TmpfsSize(mount)) return stated;
  const auto use =
      ReadFilesystemUse(fmt::format("{}/{}/root{}", host.proc, pid, mount.mount_point));
  return use ? std::optional(Limit(use->size)) : std::nullopt;
}

}  // namespace

bool SharesShm(const OciConfig& config, std::string_view container_id) {
  if (!config.shm || !IsBind(*config.shm)) return false;
  const auto components = Split(config.shm->source, '/');
  return std::ranges::find(components, container_id) == components.end();
}

std::optional<ShmFacts> FindShm(const HookSurroundings& surroundings, pid_t init,
                                const ContainerMounts& mounts, std::string_view container_id,
                                const OciConfig* config) {
  const Mount* mount = mounts.At("/dev/shm");
  if (mount == nullptr) return std::nullopt;
  ShmFacts shm;
  shm.mount_point = mount->mount_point;
  shm.type = mount->type;
  shm.device = mount->device;
  shm.host_shared = IsHostShm(surroundings.host_shm, mount->device);
  shm.bind_mounted = config != nullptr && SharesShm(*config, container_id);
  if (mount->type == "tmpfs") shm.size = SizeOf(surroundings.host, init, *mount);
  return shm;
}

}  // namespace headroom
