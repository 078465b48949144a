#include "policy/advice/tmpfs_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "policy/advice/engine_words.h"

namespace headroom {
namespace {

/// A line stays a line: config.json may name hundreds of mounts.
constexpr std::size_t kMostNames = 4;

constexpr const char* kOwnMount =
    "give the mount on /dev/shm in config.json type tmpfs and size=64m among its options, and "
    "linux.namespaces an entry of type ipc without a path";

std::string TmpfsOptions(std::span<const std::string> destinations, Bytes size) {
  std::string options;
  for (const std::string& destination :
       destinations.first(std::min(destinations.size(), kMostNames))) {
    options += fmt::format(" --tmpfs {}:size={}", destination, ForCommand(size));
  }
  return options;
}

/// LXC's /dev is not a mount entry; its size has a key of its own.
std::string LxcAdvice(std::span<const std::string> destinations, Bytes size) {
  if (destinations.size() == 1 && destinations.front() == "/dev") {
    return fmt::format("set lxc.autodev.tmpfs.size = {} in the container's config", size.value);
  }
  std::string_view first = destinations.front();
  if (first.starts_with('/')) first.remove_prefix(1);  // relative to the container's root
  std::string advice =
      fmt::format("set lxc.mount.entry = tmpfs {} tmpfs rw,nosuid,nodev,size={},create=dir 0 0",
                  first, ForCommand(size));
  if (destinations.size() > 1) {
    advice += fmt::format(", and likewise for {}", NameAll(destinations.subspan(1)));
  }
  return advice;
}

/// Where runtimes mount the hierarchies of v1, each on a folder of a tmpfs.
constexpr std::string_view kCgroupFrame = "/sys/fs/cgroup";

std::string NamedTmpfsAdvice(const EngineIdentity& engine,
                             std::span<const std::string> destinations, Bytes size) {
  if (engine.kubernetes) {
    return fmt::format(
        "set sizeLimit: {} on the emptyDir with medium: Memory on {} in the pod's "
        "manifest",
        ForPod(size), NameAll(destinations));
  }
  if (HasRunCommand(engine)) {
    return fmt::format("{}{} ...", RunCommand(engine), TmpfsOptions(destinations, size));
  }
  if (engine.engine == "lxc") return LxcAdvice(destinations, size);
  return fmt::format("set size={} among the options of the mount on {} in config.json",
                     ForCommand(size), NameAll(destinations));
}

}  // namespace

std::string NameAll(std::span<const std::string> names) {
  std::string all;
  for (std::size_t index = 0; index < std::min(names.size(), kMostNames); ++index) {
    const bool last = index + 1 == names.size();
    if (index > 0) all += last ? " and " : ", ";
    all += names[index];
  }
  if (names.size() > kMostNames) all += fmt::format(" and {} more", names.size() - kMostNames);
  return all;
}

std::string SizeTmpfsAdvice(const EngineIdentity& engine, std::span<const std::string> destinations,
                            Bytes size) {
  std::vector<std::string> named;
  std::ranges::copy_if(destinations, std::back_inserter(named),
                       [](const std::string& one) { return one != kCgroupFrame; });
  if (named.size() == destinations.size()) return NamedTmpfsAdvice(engine, named, size);
  const std::string advice = named.empty() ? "" : NamedTmpfsAdvice(engine, named, size) + ", and ";
  return advice + fmt::format(
                      "let the policy's tmpfs-sized fix that on {}, which on cgroup v1 the runtime "
                      "makes by itself: no option has a size for it",
                      kCgroupFrame);
}

std::string NoHostShmAdvice(const EngineIdentity& engine) {
  if (engine.kubernetes) {
    return "set hostIPC: false in the pod's manifest, and mount no hostPath on /dev/shm";
  }
  if (HasRunCommand(engine)) {
    return fmt::format("{} --ipc=private ..., without -v /dev/shm:/dev/shm", RunCommand(engine));
  }
  if (engine.engine == "lxc") return "remove the lxc.mount.entry that binds the host's /dev/shm";
  return kOwnMount;
}

std::string OwnShmAdvice(const EngineIdentity& engine) {
  if (engine.kubernetes) {
    return "mount an emptyDir with medium: Memory and a sizeLimit, used by this container alone, "
           "on /dev/shm in the pod's manifest";
  }
  if (HasRunCommand(engine)) return fmt::format("{} --ipc=private ...", RunCommand(engine));
  if (engine.engine == "lxc") return "remove the lxc.mount.entry that binds a shared /dev/shm";
  return kOwnMount;
}

}  // namespace headroom
