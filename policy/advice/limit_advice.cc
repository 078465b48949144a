#include "policy/advice/limit_advice.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/cgroup/hugetlb.h"
#include "policy/advice/cgroup_words.h"
#include "policy/advice/engine_words.h"
#include "policy/advice/unit_words.h"

namespace headroom {
namespace {

/// A memory limit for advice where the container has none.
constexpr Bytes kExampleMemory = Mebibytes(512);

std::string Number(Bytes size) { return fmt::format("{}", size.value); }

/// Where neither the engine nor config.json has the say: the file itself, if there is one already.
std::string WriteFileAdvice(const ContainerFacts& facts, std::string_view key,
                            std::string_view value) {
  if (facts.cgroup.path.empty()) {
    return fmt::format("set linux.resources.unified[\"{}\"] to \"{}\" in config.json", key, value);
  }
  return fmt::format("echo {} > /sys/fs/cgroup{}/{}", value, facts.cgroup.path, key);
}

/// The engine's way to a file of the cgroup, else the file itself.
std::string OwnFileAdvice(const ContainerFacts& facts, std::string_view key,
                          std::string_view value) {
  auto advice = CgroupFileAdvice(facts.engine, key, value);
  return advice.empty() ? WriteFileAdvice(facts, key, value) : advice;
}

/// A drop-in for every unit whose name begins like this one's: "docker-.scope.d" is read for
/// docker-3f1c9a.scope too (systemd.unit(5), on names with dashes). A transient unit has no file of
/// its own that could be changed.
std::string DropInAdvice(const ContainerFacts& facts, const std::string& unit,
                         std::string_view setting) {
  const auto dot = unit.rfind('.');
  const std::string type = dot == std::string::npos ? "scope" : unit.substr(dot + 1);
  const std::string name = unit.substr(0, dot);
  const auto dash = name.rfind('-');
  const std::string prefix = dash == std::string::npos ? name : name.substr(0, dash + 1);
  const bool system = facts.uid == 0;
  return fmt::format(
      "put {} below [{}] in /etc/systemd/{}/{}.{}.d/50-memory.conf, then systemctl{} "
      "daemon-reload",
      setting, type == "service" ? "Service" : "Scope", system ? "system" : "user", prefix, type,
      system ? "" : " --user");
}

/// Whether the last component of a cgroup's path is a slice whose name a shell takes as it is.
bool IsPlainSlice(std::string_view name) {
  return name.ends_with(".slice") && std::ranges::all_of(name, [](char letter) {
           return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                  (letter >= '0' && letter <= '9') || letter == '-' || letter == '_' ||
                  letter == '.';
         });
}

}  // namespace

std::string MoveMemoryHighAdvice(const ContainerFacts& facts, Bytes size) {
  const EngineIdentity& engine = facts.engine;
  if (engine.kubernetes) {
    // KEP-2570: the kubelet writes it, from request, limit and this factor.
    return "change memoryThrottlingFactor in the kubelet's configuration, which memory.high comes "
           "from";
  }
  if (IsUnit(engine)) return UnitPropertyAdvice(engine, "MemoryHigh=infinity");
  auto advice = CgroupFileAdvice(engine, "memory.high", Number(size));
  return advice.empty() ? WriteFileAdvice(facts, "memory.high", "max") : advice;
}

std::string SetLimitAboveAdvice(const ContainerFacts& facts, const std::string& path, Bytes size) {
  const std::string name = path.substr(path.rfind('/') + 1);
  // A user's slice is the user manager's, and a pod's the kubelet's.
  if (facts.uid == 0 && !facts.engine.kubernetes && IsPlainSlice(name)) {
    return fmt::format("systemctl set-property {} MemoryMax={}", name, size.value);
  }
  return fmt::format("raise the limit of {} to {}", path, ToText(size));
}

std::string SetSwapMaxAdvice(const EngineIdentity& engine, std::optional<Bytes> memory, Bytes swap,
                             CgroupVersion version) {
  if (engine.kubernetes) {
    return fmt::format(
        "set memorySwap.swapBehavior: {} in the kubelet's configuration (kubernetes has no field "
        "for one container)",
        swap.value == 0 ? "NoSwap" : "LimitedSwap");
  }
  if (IsUnit(engine)) return UnitPropertyAdvice(engine, "MemorySwapMax=" + Number(swap));
  if (IsCommand(engine)) return PolicyFixAdvice(engine, "swap-bounded");
  const Bytes limit = memory.value_or(kExampleMemory);
  if (HasRunCommand(engine)) {
    return fmt::format("{} --memory {} --memory-swap {} ... (memory and swap together)",
                       RunCommand(engine), ForCommand(limit), ForCommand(limit + swap));
  }
  if (engine.engine == "lxc" && version == CgroupVersion::kV1) {
    // In this order: the kernel refuses a limit of both below that of memory.
    return fmt::format(
        "set lxc.cgroup.memory.limit_in_bytes = {} and behind it "
        "lxc.cgroup.memory.memsw.limit_in_bytes = {} in the container's config (memory and swap "
        "together)",
        limit.value, (limit + swap).value);
  }
  if (engine.engine == "lxc") {
    return fmt::format("set lxc.cgroup2.memory.swap.max = {} in the container's config",
                       swap.value);
  }
  return fmt::format(
      "set linux.resources.memory.swap to {} in config.json (memory and swap together, beside a "
      "limit of {})",
      (limit + swap).value, limit.value);
}

std::string LastingSwapMaxAdvice(const ContainerFacts& facts, const UnitFacts& unit, Bytes swap) {
  if (facts.engine.kubernetes || IsUnit(facts.engine)) {
    return SetSwapMaxAdvice(facts.engine, std::nullopt, swap, facts.cgroup_version);
  }
  // runc makes a property of the unit from unified["memory.swap.max"] (libcontainer's
  // unifiedResToSystemdProps), but none from a memory.swap that leaves no swap at all.
  if (facts.engine.engine != "lxc") {
    auto advice = CgroupFileAdvice(facts.engine, "memory.swap.max", Number(swap));
    if (!advice.empty()) return advice;
  }
  return DropInAdvice(facts, unit.name, fmt::format("MemorySwapMax={}", swap.value));
}

std::string SetOomGroupAdvice(const ContainerFacts& facts, bool group) {
  const EngineIdentity& engine = facts.engine;
  if (engine.kubernetes) {
    // The kubelet has set it since 1.28; the field that says otherwise came with 1.32.
    return fmt::format("set singleProcessOOMKill: {} in the kubelet's configuration",
                       group ? "false" : "true");
  }
  if (IsUnit(engine)) {
    return UnitSettingAdvice(engine, group ? "OOMPolicy=kill" : "OOMPolicy=continue");
  }
  if ((engine.engine == "docker" || IsCommand(engine)) && group) {
    std::string fix = PolicyFixAdvice(engine, "oom-group");
    if (!facts.unit) return fix;
    // A scope has had OOMPolicy= since systemd 253; "kill" is memory.oom.group=1.
    return fmt::format("{} (systemd 253 or later), or {}",
                       DropInAdvice(facts, facts.unit->name, "OOMPolicy=kill"), fix);
  }
  return OwnFileAdvice(facts, "memory.oom.group", group ? "1" : "0");
}

std::string SetMemoryLowAdvice(const ContainerFacts& facts, Bytes size) {
  const EngineIdentity& engine = facts.engine;
  if (engine.kubernetes) {
    return fmt::format(
        "set resources.requests.memory: {} in the pod's manifest, and memoryReservationPolicy: "
        "TieredReservation in the kubelet's configuration (1.36 or later)",
        ForPod(size));
  }
  if (IsUnit(engine)) return UnitPropertyAdvice(engine, "MemoryLow=" + Number(size));
  if (HasRunCommand(engine)) {
    return fmt::format("{} --memory-reservation {} ...", RunCommand(engine), ForCommand(size));
  }
  if (engine.engine == "lxc" || IsCommand(engine)) {
    return OwnFileAdvice(facts, "memory.low", Number(size));
  }
  return fmt::format("set linux.resources.memory.reservation to {} in config.json", size.value);
}

std::string SetMemoryMinAdvice(const ContainerFacts& facts, Bytes size) {
  if (facts.engine.kubernetes) {
    // KEP-2570: with MemoryQoS the kubelet writes the request into memory.min.
    return fmt::format("set resources.requests.memory: {} for the container in the pod's manifest",
                       ForPod(size));
  }
  if (IsUnit(facts.engine)) return UnitPropertyAdvice(facts.engine, "MemoryMin=" + Number(size));
  return OwnFileAdvice(facts, "memory.min", Number(size));
}

std::string SetHugetlbMaxAdvice(const EngineIdentity& engine, Bytes page_size, Bytes size) {
  const std::string page = HugePageSizeName(page_size);
  if (engine.kubernetes) {
    return fmt::format(
        "set resources.limits.hugepages-{}: {} for the container in the pod's manifest",
        ForPod(page_size), ForPod(size));
  }
  if (engine.engine == "docker" || IsCommand(engine) || IsUnit(engine)) {
    return PolicyFixAdvice(engine, "hugetlb-bounded");
  }
  if (HasRunCommand(engine) || engine.engine == "lxc") {
    return CgroupFileAdvice(engine, fmt::format("hugetlb.{}.max", page), Number(size));
  }
  return fmt::format(
      "add {{\"pageSize\": \"{}\", \"limit\": {}}} to linux.resources.hugepageLimits in "
      "config.json",
      page, size.value);
}

std::string SetPidsMaxAdvice(const EngineIdentity& engine, Count count) {
  if (engine.kubernetes) {
    return fmt::format("set podPidsLimit: {} in the kubelet's configuration (for each pod)",
                       count.value);
  }
  if (IsUnit(engine)) return UnitPropertyAdvice(engine, fmt::format("TasksMax={}", count.value));
  if (IsCommand(engine)) return PolicyFixAdvice(engine, "pids-bounded");
  if (HasRunCommand(engine)) {
    return fmt::format("{} --pids-limit {} ...", RunCommand(engine), count.value);
  }
  if (engine.engine == "lxc") {
    return fmt::format("set lxc.cgroup2.pids.max = {} in the container's config", count.value);
  }
  return fmt::format("set linux.resources.pids.limit to {} in config.json", count.value);
}

}  // namespace headroom
