#include "container/engine/lxc.h"

#include <fmt/format.h>

#include <cstdlib>
#include <limits>
#include <utility>

#include "base/text.h"
#include "container/oci/config_text.h"

namespace headroom {
namespace {

std::optional<std::string> Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// A size as the kernel reads it (memparse in lib/cmdline.c), decimal. nullopt: it would refuse it.
std::optional<Bytes> KernelSize(std::string_view text) {
  constexpr std::string_view kUnits = "kmgtpe";
  unsigned shift = 0;
  if (!text.empty()) {
    const char letter = static_cast<char>(text.back() | 0x20);
    const std::size_t unit = kUnits.find(letter);
    if (unit != std::string_view::npos) {
      shift = 10 * (static_cast<unsigned>(unit) + 1);
      text.remove_suffix(1);
    }
  }
  const auto number = ParseUint64(text);
  if (!number || *number > (std::numeric_limits<std::uint64_t>::max() >> shift)) {
    return std::nullopt;
  }
  return Bytes{*number << shift};
}

/// `unlimited` is how that file spells it: "max", or on v1 "-1".
std::optional<Limit> KernelLimit(std::string_view text, std::string_view unlimited) {
  if (text == unlimited) return Limit::Unlimited();
  const auto size = KernelSize(text);
  return size ? std::optional(Limit(*size)) : std::nullopt;
}

void TakeV2(std::string_view key, std::string_view value, OciConfig& config) {
  const std::string name(key);
  if (value.empty()) {
    config.unified.erase(name);
    return;
  }
  // What a file holds is a plain number, however it was written.
  const auto size = KernelSize(value);
  config.unified[name] = size ? fmt::format("{}", size->value) : std::string(value);
}

void TakeV1(std::string_view key, std::string_view value, OciConfig& config) {
  if (key == "memory.limit_in_bytes") config.memory_limit = KernelLimit(value, "-1");
  if (key == "memory.memsw.limit_in_bytes") config.memory_swap = KernelLimit(value, "-1");
  if (key == "memory.kmem.limit_in_bytes") config.kmem_limit = KernelLimit(value, "-1");
  if (key == "memory.oom_control") {
    config.disable_oom_killer = value.empty() ? std::nullopt : std::optional(Trimmed(value) == "1");
  }
}

bool IsOfMemory(std::string_view key) {
  return key.starts_with("memory.") || key.starts_with("pids.") || key.starts_with("hugetlb.");
}

}  // namespace

LxcEnvironment ReadLxcEnvironment() {
  return {.name = Variable("LXC_NAME"),
          .pid = Variable("LXC_PID"),
          .config_file = Variable("LXC_CONFIG_FILE")};
}

Result<OciState> StateOfLxc(const LxcEnvironment& environment) {
  if (!environment.name || environment.name->empty()) {
    return Malformed("LXC_NAME",
                     "is not set, expected the container's name: LXC sets it for its "
                     "hooks");
  }
  OciState state;
  state.id = *environment.name;
  if (!environment.pid) return state;
  const auto pid = ParseUint64(*environment.pid);
  if (!pid || *pid == 0 || *pid > std::numeric_limits<pid_t>::max()) {
    return Malformed("LXC_PID", fmt::format("is \"{}\", expected a process id",
                                            EscapedForPeople(*environment.pid)));
  }
  state.pid = static_cast<pid_t>(*pid);
  return state;
}

Result<std::optional<LxcLine>> ParseLxcLine(std::string_view line) {
  const std::string_view text = Trimmed(line);
  if (text.empty() || text.starts_with('#')) return std::nullopt;
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return Malformed("line", fmt::format("is \"{}\", expected KEY = VALUE",
                                         EscapedForPeople(text.substr(0, 100))));
  }
  LxcLine parsed{.key = Trimmed(text.substr(0, equals)), .value = Trimmed(text.substr(equals + 1))};
  const char quote = parsed.value.empty() ? '\0' : parsed.value.front();
  if ((quote == '"' || quote == '\'') && parsed.value.size() > 1 && parsed.value.ends_with(quote)) {
    parsed.value = parsed.value.substr(1, parsed.value.size() - 2);
  }
  return parsed;
}

Result<OciConfig> ParseLxcConfig(std::string_view text, std::string_view where,
                                 CgroupVersion version) {
  const bool v2 = version == CgroupVersion::kV2;
  const std::string_view prefix = v2 ? "lxc.cgroup2." : "lxc.cgroup.";
  OciConfig config;
  for (int number = 1; const auto row = TakeLine(text); ++number) {
    const auto line = ParseLxcLine(*row);
    if (!line) return Malformed(where, fmt::format("line {} {}", number, line.error().what));
    if (!*line || !(*line)->key.starts_with(prefix)) continue;
    const std::string_view key = (*line)->key.substr(prefix.size());
    if (!IsOfMemory(key)) continue;
    (v2 ? TakeV2 : TakeV1)(key, (*line)->value, config);
  }
  const auto max = config.unified.find("memory.max");
  if (max != config.unified.end()) config.memory_limit = KernelLimit(max->second, "max");
  return config;
}

Result<OciConfig> ReadLxcConfig(const std::string& path, CgroupVersion version) {
  const auto text = ReadConfigText(path);
  if (!text) return std::unexpected(text.error());
  return ParseLxcConfig(*text, path, version);
}

}  // namespace headroom
