#include "kernel/cgroup/memory_v1.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <array>

#include "base/text.h"
#include "kernel/cgroup/flat_keyed.h"

namespace headroom {
namespace {

constexpr int kDeepest = 8;
constexpr std::size_t kMostBelow = 64;

Result<Limit> ReadLimitV1(const CgroupDir& cgroup, const std::string& file) {
  const auto text = cgroup.ReadValue(file);
  if (!text) return std::unexpected(text.error());
  return ParseLimitV1(*text);
}

std::optional<std::uint64_t> ReadNumber(const CgroupDir& cgroup, const std::string& file) {
  const auto text = cgroup.ReadValue(file);
  return text ? ParseUint64(Trimmed(*text)) : std::nullopt;
}

/// Either limit may be the one that an allocation meets.
std::optional<std::uint64_t> TimesMet(const CgroupDir& cgroup) {
  const auto memory = ReadNumber(cgroup, "memory.failcnt");
  const auto with_swap = ReadNumber(cgroup, "memory.memsw.failcnt");
  if (!memory) return std::nullopt;
  return *memory + with_swap.value_or(0);
}

/// nullopt: there are more than are looked at, so that no sum is one of all.
std::optional<std::uint64_t> KillsBelow(const CgroupDir& cgroup, int depth,
                                        std::size_t& looked_at) {
  const auto below = cgroup.Children(kMostBelow - looked_at).value_or(SomeNames{});
  if (below.more) return std::nullopt;
  if (below.names.empty()) return 0;
  if (depth >= kDeepest) return std::nullopt;
  std::uint64_t kills = 0;
  for (const std::string& name : below.names) {
    if (++looked_at > kMostBelow) return std::nullopt;
    const auto child = cgroup.Child(name);
    if (!child) continue;  // removed meanwhile
    const auto text = child->ReadValue("memory.oom_control");
    const auto control = text ? ParseOomControl(*text) : std::unexpected(text.error());
    if (control) kills += control->oom_kill.value_or(0);
    const auto deeper = KillsBelow(*child, depth + 1, looked_at);
    if (!deeper) return std::nullopt;
    kills += *deeper;
  }
  return kills;
}

}  // namespace

Result<OomControl> ParseOomControl(std::string_view text) {
  std::optional<std::uint64_t> kill_disabled;
  std::optional<std::uint64_t> under_oom;
  OomControl control;
  const std::array keys = {
      FlatKey{.name = "oom_kill_disable", .number = &kill_disabled},
      FlatKey{.name = "under_oom", .number = &under_oom},
      FlatKey{.name = "oom_kill", .number = &control.oom_kill},
  };
  if (auto filled = FillFlatKeys(text, "memory.oom_control", keys); !filled) {
    return std::unexpected(filled.error());
  }
  if (kill_disabled) control.kill_disabled = *kill_disabled != 0;
  if (under_oom) control.under_oom = *under_oom != 0;
  return control;
}

Result<Limit> ParseLimitV1(std::string_view text) {
  // Whatever the size of a page, at most 64 KiB.
  constexpr std::uint64_t kMost = INT64_MAX - 65535U;
  const auto bytes = ParseUint64(Trimmed(text));
  if (!bytes) {
    return Malformed("", fmt::format("'{}' is no number of bytes",
                                     EscapedForPeople(Trimmed(text).substr(0, 64))));
  }
  return *bytes >= kMost ? Limit::Unlimited() : Limit(Bytes{*bytes});
}

bool IsMemoryV1(const CgroupDir& cgroup) {
  struct stat info{};
  return fstatat(cgroup.fd(), "memory.usage_in_bytes", &info, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<MemoryEvents> ReadMemoryEventsV1(const CgroupDir& cgroup, EventScope scope) {
  const auto text = cgroup.ReadValue("memory.oom_control");
  if (!text) return std::unexpected(text.error());
  const auto control = ParseOomControl(*text);
  if (!control) return std::unexpected(control.error());
  MemoryEvents events;
  events.max = TimesMet(cgroup);
  events.oom_kill = control->oom_kill;
  if (events.oom_kill && scope == EventScope::kSubtree) {
    std::size_t looked_at = 0;
    const auto below = KillsBelow(cgroup, 0, looked_at);
    events.oom_kill = below ? std::optional(*events.oom_kill + *below) : std::nullopt;
  }
  return events;
}

Result<MemoryLimits> ReadMemoryLimitsV1(const CgroupDir& cgroup) {
  const auto memory = ReadLimitV1(cgroup, "memory.limit_in_bytes");
  if (!memory) return std::unexpected(memory.error());
  MemoryLimits limits;
  limits.max = *memory;
  const auto with_swap = ReadLimitV1(cgroup, "memory.memsw.limit_in_bytes");
  if (!with_swap) return limits;
  limits.swap_max = with_swap->unlimited() || memory->unlimited()
                        ? Limit::Unlimited()
                        : Limit(with_swap->bytes() - memory->bytes());
  return limits;
}

std::optional<Bytes> ReadBytesV1(const CgroupDir& cgroup, std::string_view file) {
  if (file == "memory.current") {
    const auto usage = ReadNumber(cgroup, "memory.usage_in_bytes");
    return usage ? std::optional(Bytes{*usage}) : std::nullopt;
  }
  if (file != "memory.swap.current") return std::nullopt;
  const auto both = ReadNumber(cgroup, "memory.memsw.usage_in_bytes");
  const auto memory = ReadNumber(cgroup, "memory.usage_in_bytes");
  return both && memory ? std::optional(Bytes{*both} - Bytes{*memory}) : std::nullopt;
}

Result<UniqueFd> RegisterEventV1(const CgroupDir& cgroup, const std::string& file,
                                 std::optional<Bytes> threshold) {
  const auto watched = cgroup.OpenFile(file, O_RDONLY);
  if (!watched) return std::unexpected(watched.error());
  UniqueFd event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event.valid()) return SystemError("eventfd", "cannot be made");
  std::string registration = fmt::format("{} {}", event.get(), watched->get());
  if (threshold) registration += fmt::format(" {}", threshold->value);
  auto written = cgroup.Write("cgroup.event_control", registration);
  if (!written) return std::unexpected(written.error());
  return event;
}

}  // namespace headroom
