#include <fmt/format.h>

#include <algorithm>

#include "fix/config/edits.h"

namespace headroom {
namespace {

const MemberPath kLimit = {"linux", "resources", "memory", "limit"};
const MemberPath kSwap = {"linux", "resources", "memory", "swap"};
const MemberPath kReservation = {"linux", "resources", "memory", "reservation"};
const MemberPath kOomKiller = {"linux", "resources", "memory", "disableOOMKiller"};

std::string Number(Bytes value) { return std::to_string(value.value); }
std::string Quoted(Bytes value) { return fmt::format("\"{}\"", value.value); }

/// 0 is what engines write for "not asked for".
Result<std::optional<Limit>> AskedFor(const JsonText& config, const MemberPath& path) {
  auto limit = LimitAt(config, path);
  if (limit && *limit == Limit(Bytes{0})) return std::nullopt;
  return limit;
}

struct Memory {
  std::optional<Limit> limit;
  std::optional<Limit> swap;  ///< memory and swap together
  std::optional<Limit> unified_max;
  std::optional<Limit> unified_swap;

  /// What the kernel will be told: `unified` is written last.
  [[nodiscard]] Limit Max() const {
    return unified_max.value_or(limit.value_or(Limit::Unlimited()));
  }
  /// Swap alone, by the two fields.
  [[nodiscard]] Limit SwapAlone() const {
    if (!swap || swap->unlimited() || !limit || limit->unlimited()) return Limit::Unlimited();
    return Limit(swap->bytes() - limit->bytes());
  }
};

Result<Memory> ReadMemory(const JsonText& config) {
  const auto limit = AskedFor(config, kLimit);
  if (!limit) return std::unexpected(limit.error());
  const auto swap = AskedFor(config, kSwap);
  if (!swap) return std::unexpected(swap.error());
  const auto unified_max = UnifiedAt(config, "memory.max");
  if (!unified_max) return std::unexpected(unified_max.error());
  const auto unified_swap = UnifiedAt(config, "memory.swap.max");
  if (!unified_swap) return std::unexpected(unified_swap.error());
  return Memory{*limit, *swap, *unified_max, *unified_swap};
}

/// The field counts memory and swap together: with less memory it would allow more swap.
FixOutcome KeepSwap(JsonText& config, const Memory& before, Bytes limit, FixOutcome outcome) {
  if (!before.swap || before.swap->unlimited()) return outcome;
  const Bytes total = before.swap->bytes();
  const Limit alone = before.SwapAlone();
  const Bytes swap = alone.unlimited() ? total - limit : alone.bytes();
  return Together(std::move(outcome), SetValue(config, kSwap, Number(limit + swap)));
}

}  // namespace

FixOutcome EditMemoryMax(JsonText& config, const SetMemoryMax& fix) {
  const auto memory = ReadMemory(config);
  if (!memory) return Failed(kLimit, memory.error());
  const Limit wanted(fix.value);
  if (memory->Max() <= wanted) return AlreadySet(kLimit, ToCgroupText(memory->Max()));
  std::optional<FixOutcome> outcome;
  if (memory->limit.value_or(Limit::Unlimited()) > wanted) {
    outcome = SetValue(config, kLimit, Number(fix.value));
    outcome = KeepSwap(config, *memory, fix.value, std::move(*outcome));
  }
  if (!memory->unified_max || *memory->unified_max <= wanted) return *outcome;
  const FixOutcome unified = SetValue(config, UnifiedPath("memory.max"), Quoted(fix.value));
  return outcome ? Together(std::move(*outcome), unified) : unified;
}

FixOutcome EditSwapMax(JsonText& config, const SetSwapMax& fix) {
  const auto memory = ReadMemory(config);
  if (!memory) return Failed(kSwap, memory.error());
  const Limit wanted(fix.value);
  if (memory->unified_swap.value_or(memory->SwapAlone()) <= wanted) {
    return AlreadySet(kSwap, memory->swap ? ToCgroupText(*memory->swap) : "absent");
  }
  std::optional<FixOutcome> outcome;
  if (memory->SwapAlone() > wanted) {
    if (!memory->limit || memory->limit->unlimited()) {
      return NotFixed(PathText(kSwap),
                      fmt::format("{} counts memory and swap together and needs {}",
                                  PathText(kSwap), PathText(kLimit)));
    }
    outcome = SetValue(config, kSwap, Number(memory->limit->bytes() + fix.value));
  }
  if (!memory->unified_swap || *memory->unified_swap <= wanted) return *outcome;
  const FixOutcome unified = SetValue(config, UnifiedPath("memory.swap.max"), Quoted(fix.value));
  return outcome ? Together(std::move(*outcome), unified) : unified;
}

FixOutcome EditOomGroup(JsonText& config) {
  const MemberPath path = UnifiedPath("memory.oom.group");
  const auto now = StringAt(config, path);
  if (!now) return Failed(path, now.error());
  return *now == "1" ? AlreadySet(path, *now) : SetValue(config, path, "\"1\"");
}

FixOutcome EditMemoryLow(JsonText& config, const SetMemoryLow& fix) {
  const MemberPath path = UnifiedPath("memory.low");
  const auto unified = UnifiedAt(config, "memory.low");
  if (!unified) return Failed(path, unified.error());
  const auto reservation = AskedFor(config, kReservation);
  if (!reservation) return Failed(kReservation, reservation.error());
  const auto memory = ReadMemory(config);
  if (!memory) return Failed(path, memory.error());
  // On cgroup v2 runtimes write the reservation into memory.low, and `unified` behind it.
  const Limit now = unified->value_or(reservation->value_or(Limit(Bytes{0})));
  if (now >= Limit(fix.value)) return AlreadySet(path, ToCgroupText(now));
  if (memory->Max() < Limit(fix.value)) {
    return NotFixed(PathText(path), fmt::format("the memory limit is {}, less than the {} to be "
                                                "protected",
                                                ToText(memory->Max()), ToText(fix.value)));
  }
  return SetValue(config, path, Quoted(fix.value));
}

FixOutcome EditOomKiller(JsonText& config) {
  const auto value = config.Find(kOomKiller);
  if (!value) return Failed(kOomKiller, value.error());
  if (!*value || **value != "true") return AlreadySet(kOomKiller, value->value_or("absent"));
  return SetValue(config, kOomKiller, "false");
}

}  // namespace headroom
