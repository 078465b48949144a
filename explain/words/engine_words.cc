#include "explain/words/engine_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "container/engine/engine.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// Whole mebibytes, upwards: what engines take as "512m" and systemd as "512M".
std::uint64_t WholeMebibytes(Bytes bytes) {
  constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
  return bytes.value / kMebibyte + (bytes.value % kMebibyte == 0 ? 0 : 1);
}

/// Whether a shell takes it as one plain word.
bool IsPlain(std::string_view text, std::string_view more_bytes) {
  const auto is_plain = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more_bytes.find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() != '-' && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), is_plain);
}

std::string NameToType(const std::string& name) { return IsPlain(name, "_.-") ? name : "NAME"; }

std::string PathToType(std::string_view path) {
  const bool is_plain = IsPlain(path.substr(std::min<std::size_t>(1, path.size())), "_.-:@/");
  return is_plain ? std::string(path) : "/PATH";
}

/// --memory-swap counts both together; -1 is no limit.
std::string SwapWord(Bytes limit, Limit swap) {
  if (swap.unlimited()) return "-1";
  return fmt::format("{}m", WholeMebibytes(limit + swap.bytes()));
}

std::string OptionsText(Bytes limit, std::optional<Limit> swap) {
  if (!swap) return fmt::format("--memory {}m", WholeMebibytes(limit));
  return fmt::format("--memory {}m --memory-swap {}", WholeMebibytes(limit),
                     SwapWord(limit, *swap));
}

/// Engines and runtimes refuse a limit above the one of memory and swap together, which stays as it
/// is.
constexpr const char* kSwapNotKnown =
    "how much swap it may use was not recorded: where the engine refuses, give --memory-swap as "
    "well (memory and swap together)";

/// runc and crun take bytes. Their `update` keeps the limit of memory and swap together that there
/// is, and both refuse one that is below memory's.
std::vector<std::string> RaiseByRuntimeWords(const Enrolment& container, Bytes limit,
                                             std::optional<Limit> swap, bool running) {
  std::string options = fmt::format("--memory {}", limit.value);
  std::string setting =
      fmt::format("in its config.json, linux.resources.memory.limit: {}", limit.value);
  if (swap && !swap->unlimited()) {
    const Bytes both = limit + swap->bytes();
    options += fmt::format(" --memory-swap {}", both.value);
    setting += fmt::format(" and memory.swap: {} (memory and swap together)", both.value);
  }
  if (!swap) setting += ", and memory.swap, where it is set, no less";
  if (!running) return {setting};
  std::vector<std::string> words = {
      fmt::format("  {} update {} {}", container.engine, options, NameToType(container.id))};
  if (!swap) words.emplace_back(kSwapNotKnown);
  words.push_back("and from the next start on, " + setting);
  return words;
}

/// The uid in "/user.slice/user-1000.slice/user@1000.service/app.slice": such units are the user's
/// own manager's. Empty: the system's.
std::string_view UserManagerOf(std::string_view path) {
  constexpr std::string_view kBegin = "/user@";
  const std::size_t begin = path.find(kBegin);
  if (begin == std::string_view::npos) return "";
  const std::string_view rest = path.substr(begin + kBegin.size());
  const std::size_t end = rest.find(".service/");
  return end == std::string_view::npos || !ParseUint64(rest.substr(0, end)) ? ""
                                                                            : rest.substr(0, end);
}

/// containerd also runs what is of no pod, by ctr or nerdctl.
bool IsInAPod(const Enrolment& container) {
  return container.engine == "cri-o" || (container.engine == "containerd" && container.pod);
}

/// A command has its limit from whoever starts it; while it runs, from its cgroup.
std::vector<std::string> RaiseCommandWords(const Enrolment& container, Bytes limit, bool running) {
  const std::string start =
      fmt::format("  headroom run --memory {}M -- COMMAND", WholeMebibytes(limit));
  if (!running) return {start};
  std::vector<std::string> words =
      RaiseCgroupWords(container.cgroup.path, limit, container.cgroup_version);
  words.emplace_back("and from the next start on:");
  words.push_back(start);
  return words;
}

}  // namespace

std::vector<std::string> RaiseLimitWords(const Enrolment& container, Bytes limit,
                                         std::optional<Limit> swap, bool running) {
  const std::string& engine = container.engine;
  const std::uint64_t mebibytes = WholeMebibytes(limit);
  if (engine == "docker" || (engine == "podman" && running)) {
    std::vector<std::string> words = {fmt::format("  {} update {} {}", engine,
                                                  OptionsText(limit, swap),
                                                  NameToType(container.DisplayName()))};
    if (!swap) words.emplace_back(kSwapNotKnown);
    return words;
  }
  if (engine == "podman") return {fmt::format("  podman run {} ...", OptionsText(limit, swap))};
  if (engine == "runc" || engine == "crun") {
    return RaiseByRuntimeWords(container, limit, swap, running);
  }
  const bool v1 = container.cgroup_version == CgroupVersion::kV1;
  if (engine == "lxc") {
    std::vector<std::string> words = {
        fmt::format("  {} = {}M",
                    v1 ? "lxc.cgroup.memory.limit_in_bytes" : "lxc.cgroup2.memory.max", mebibytes)};
    if (v1 && swap && !swap->unlimited()) {
      words.push_back(fmt::format("  lxc.cgroup.memory.memsw.limit_in_bytes = {}M",
                                  WholeMebibytes(limit + swap->bytes())));
    }
    return words;
  }
  if (engine == kUnitEngine) {
    return RaiseCgroupWords(container.cgroup.path, limit, container.cgroup_version);
  }
  if (engine == kCommandEngine) return RaiseCommandWords(container, limit, running);
  if (engine == "containerd" && !container.pod) {
    return {fmt::format("  ctr run --memory-limit {} ...", limit.value)};
  }
  if (IsInAPod(container)) {
    return {fmt::format("of the container in its Pod (Kubernetes), resources.limits.memory: {}Mi",
                        mebibytes)};
  }
  return {fmt::format("{} of its cgroup: {}", v1 ? "memory.limit_in_bytes" : "memory.max",
                      limit.value)};
}

std::vector<std::string> LongerGraceWords(const Enrolment& container,
                                          std::chrono::nanoseconds grace) {
  constexpr std::chrono::seconds kLeast{30};
  const auto seconds = std::max(kLeast, 2 * std::chrono::ceil<std::chrono::seconds>(grace)).count();
  const std::string& engine = container.engine;
  if (engine == "docker" || engine == "podman") {
    return {
        fmt::format("  {} stop -t {} {}", engine, seconds, NameToType(container.DisplayName()))};
  }
  if (engine == "lxc") {
    return {fmt::format("  lxc-stop -t {} -n {}", seconds, NameToType(container.DisplayName()))};
  }
  if (IsInAPod(container)) {
    return {fmt::format("in its Pod (Kubernetes), terminationGracePeriodSeconds: {}", seconds)};
  }
  if (engine == kUnitEngine) {
    return {fmt::format("below [Service] (systemctl edit {}): TimeoutStopSec={}",
                        NameToType(container.id), seconds)};
  }
  if (engine == kCommandEngine) {
    return {"whoever ended it decides how long it waits between TERM and KILL"};
  }
  return {fmt::format("whoever calls `{} kill` decides how long it waits between TERM and KILL",
                      Shown(engine))};
}

std::vector<std::string> AllowSwapWords(const Enrolment& container, Bytes limit, Bytes swap,
                                        bool running) {
  const std::string& engine = container.engine;
  if (engine == "docker" || engine == "podman") {
    return RaiseLimitWords(container, limit, Limit(swap), running);
  }
  if (engine == "runc" || engine == "crun") {
    return {
        fmt::format("in its config.json, linux.resources.memory.swap: {} (memory and swap "
                    "together)",
                    (limit + swap).value)};
  }
  if (engine == "lxc" && container.cgroup_version == CgroupVersion::kV1) {
    return {fmt::format("  lxc.cgroup.memory.memsw.limit_in_bytes = {}M",
                        WholeMebibytes(limit + swap))};
  }
  if (engine == "lxc") {
    return {fmt::format("  lxc.cgroup2.memory.swap.max = {}M", WholeMebibytes(swap))};
  }
  if (engine == kUnitEngine) {
    return {fmt::format("  systemctl set-property {} MemorySwapMax={}M", NameToType(container.id),
                        WholeMebibytes(swap))};
  }
  return {};
}

std::vector<std::string> SizeShmWords(const Enrolment& container, Bytes size) {
  const std::string& engine = container.engine;
  const std::uint64_t mebibytes = WholeMebibytes(size);
  if (engine == "docker" || engine == "podman") {
    return {fmt::format("  {} run --shm-size {}m ...", engine, mebibytes)};
  }
  if (IsInAPod(container)) {
    return {
        fmt::format("an emptyDir with medium: Memory and sizeLimit: {}Mi on /dev/shm", mebibytes)};
  }
  if (engine == "lxc") {
    return {fmt::format("  lxc.mount.entry = tmpfs dev/shm tmpfs size={}m 0 0", mebibytes)};
  }
  if (engine == kCommandEngine) {
    return {fmt::format("  headroom run --shm {}M ... -- COMMAND", mebibytes)};
  }
  if (engine == kUnitEngine) {
    // A remount, typed on the host, would be of the host's own. systemd's own mode is 0755.
    return {
        fmt::format("size= of the unit's own mount, for example "
                    "TemporaryFileSystem=/dev/shm:size={}M,mode=1777",
                    mebibytes)};
  }
  return {fmt::format("\"size={}m\" among the options of the /dev/shm mount in config.json",
                      mebibytes)};
}

std::vector<std::string> SizeHostShmWords(Bytes size) {
  return {fmt::format("  mount -o remount,size={}m /dev/shm", WholeMebibytes(size))};
}

std::vector<std::string> RaiseCgroupWords(std::string_view path, Bytes limit,
                                          CgroupVersion version) {
  const bool v1 = version == CgroupVersion::kV1;
  if (path.find("/kubepods") != std::string_view::npos) {
    return {"the kubelet sets it, from resources.limits.memory of the containers in the Pod"};
  }
  const std::string_view leaf = path.substr(path.rfind('/') + 1);
  const bool is_unit =
      leaf.ends_with(".slice") || leaf.ends_with(".scope") || leaf.ends_with(".service");
  if (is_unit && IsPlain(leaf, "_.-:@\\")) {
    const bool needs_quotes = leaf.find('\\') != std::string_view::npos;
    const std::string unit = needs_quotes ? fmt::format("'{}'", leaf) : std::string(leaf);
    const std::string_view user = UserManagerOf(path);
    const std::string set =
        // Before systemd 231, which hosts with v1 may have, there is no MemoryMax=.
        fmt::format("set-property {} {}={}M", unit, v1 ? "MemoryLimit" : "MemoryMax",
                    WholeMebibytes(limit));
    if (user.empty()) return {"  systemctl " + set};
    return {fmt::format("as the user with uid {}:", user), "  systemctl --user " + set};
  }
  if (v1) {
    return {fmt::format("  echo {} > /sys/fs/cgroup/memory{}/memory.limit_in_bytes", limit.value,
                        PathToType(path)),
            "where memory.memsw.limit_in_bytes beside it is less, write that one first"};
  }
  return {fmt::format("  echo {} > /sys/fs/cgroup{}/memory.max", limit.value, PathToType(path))};
}

std::vector<std::string> LiftHighWords(std::string_view path) {
  return {fmt::format("  echo max > /sys/fs/cgroup{}/memory.high", PathToType(path))};
}

}  // namespace headroom
