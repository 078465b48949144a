#include "policy/advice.h"

#include <fmt/format.h>

namespace headroom {
namespace {

struct Unit {
  std::uint64_t bytes;
  const char* command;     ///< as docker, podman, nerdctl and systemd take it
  const char* kubernetes;  ///< as a resource quantity
};

constexpr Unit kUnits[] = {
    {1ULL << 30U, "g", "Gi"}, {1ULL << 20U, "m", "Mi"}, {1ULL << 10U, "k", "Ki"}};

/// The largest unit that says it exactly; bytes when none does.
std::string Quantity(Bytes size, bool kubernetes) {
  for (const Unit& unit : kUnits) {
    if (size.value == 0 || size.value % unit.bytes != 0) continue;
    return fmt::format("{}{}", size.value / unit.bytes,
                       kubernetes ? unit.kubernetes : unit.command);
  }
  return fmt::format("{}", size.value);
}

std::string ForCommand(Bytes size) { return Quantity(size, false); }
std::string ForPod(Bytes size) { return Quantity(size, true); }

bool HasRunCommand(const EngineIdentity& engine) {
  return engine.engine == "docker" || engine.engine == "podman" || engine.engine == "containerd";
}

/// The command with docker's options; plain containerd is served by nerdctl.
std::string RunCommand(const EngineIdentity& engine) {
  return engine.engine == "containerd" ? "nerdctl run" : engine.engine + " run";
}

}  // namespace

std::string SetMemoryMaxAdvice(const EngineIdentity& engine, Bytes size) {
  if (engine.kubernetes) {
    return fmt::format("set resources.limits.memory: {} for the container in the pod's manifest",
                       ForPod(size));
  }
  if (HasRunCommand(engine))
    return fmt::format("{} --memory {} ...", RunCommand(engine), ForCommand(size));
  if (engine.engine == "lxc") {
    return fmt::format("set lxc.cgroup2.memory.max = {} in the container's config", size.value);
  }
  return fmt::format("set linux.resources.memory.limit to {} in config.json", size.value);
}

std::string SetMemoryHighAdvice(const EngineIdentity& engine, Bytes size) {
  if (engine.kubernetes || engine.engine == "docker" || engine.engine == "containerd") {
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
  if (engine.kubernetes) {
    return fmt::format(
        "mount an emptyDir with medium: Memory and sizeLimit: {} on /dev/shm in the pod's manifest",
        ForPod(size));
  }
  if (HasRunCommand(engine)) {
    return fmt::format("{} --shm-size {} ...", RunCommand(engine), ForCommand(size));
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
