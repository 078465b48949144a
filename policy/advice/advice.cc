#include "policy/advice/advice.h"

#include <fmt/format.h>

#include "policy/advice/engine_words.h"
#include "policy/advice/unit_words.h"

namespace headroom {
std::string SetMemoryMaxAdvice(const EngineIdentity& engine, Bytes size, CgroupVersion version) {
  if (engine.kubernetes) {
    return fmt::format("set resources.limits.memory: {} for the container in the pod's manifest",
                       ForPod(size));
  }
  if (HasRunCommand(engine))
    return fmt::format("{} --memory {} ...", RunCommand(engine), ForCommand(size));
  if (IsUnit(engine)) return UnitPropertyAdvice(engine, fmt::format("MemoryMax={}", size.value));
  if (IsCommand(engine)) return fmt::format("headroom run --memory {} ...", ForCommand(size));
  if (engine.engine == "lxc") {
    return fmt::format("set {} = {} in the container's config",
                       version == CgroupVersion::kV1 ? "lxc.cgroup.memory.limit_in_bytes"
                                                     : "lxc.cgroup2.memory.max",
                       size.value);
  }
  return fmt::format("set linux.resources.memory.limit to {} in config.json", size.value);
}

std::string RaiseMemoryMaxAdvice(const EngineIdentity& engine, Bytes size, CgroupVersion version) {
  const std::string advice = SetMemoryMaxAdvice(engine, size, version);
  // There a limit above memory.swap, which is that of both, starts no container.
  const bool by_config = advice.ends_with("in config.json");
  return by_config ? advice + " (and memory.swap, where it is set, to no less)" : advice;
}

std::string SetMemoryHighAdvice(const EngineIdentity& engine, Bytes size) {
  if (engine.kubernetes || engine.engine == "docker" || engine.engine == "containerd" ||
      IsCommand(engine) || IsUnit(engine)) {
    return "start the supervisor, which places a tripwire: systemctl start headroomd";
  }
  if (engine.engine == "podman") {
    return fmt::format("podman run --cgroup-conf memory.high={} ...", size.value);
  }
  if (engine.engine == "lxc") {
    return fmt::format("set lxc.cgroup2.memory.high = {} in the container's config", size.value);
  }
  return fmt::format("set linux.resources.unified[\"memory.high\"] to \"{}\" in config.json",
                     size.value);
}

std::string SizeShmAdvice(const EngineIdentity& engine, Bytes size) {
  if (IsCommand(engine)) return fmt::format("headroom run --shm {} ...", ForCommand(size));
  if (engine.kubernetes) {
    return fmt::format(
        "mount an emptyDir with medium: Memory and sizeLimit: {} on /dev/shm in the pod's manifest",
        ForPod(size));
  }
  if (HasRunCommand(engine)) {
    return fmt::format("{} --shm-size {} ...", RunCommand(engine), ForCommand(size));
  }
  // Not by mount(8), which would take the host's.
  if (IsUnit(engine)) {
    return fmt::format(
        "set size={} where the unit mounts its /dev/shm, for example "
        "TemporaryFileSystem=/dev/shm:size={},mode=1777",
        ForCommand(size), ForCommand(size));
  }
  if (engine.engine == "lxc") {
    return fmt::format(
        "set lxc.mount.entry = tmpfs dev/shm tmpfs rw,nosuid,nodev,size={},create=dir 0 0",
        ForCommand(size));
  }
  return fmt::format("set size={} among the options of the mount on /dev/shm in config.json",
                     ForCommand(size));
}

}  // namespace headroom
