#include "explain/advice/raise.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "container/engine/engine.h"
#include "explain/study/swap_limits.h"
#include "explain/words/engine_words.h"
#include "explain/words/words.h"
#include "kernel/proc/meminfo.h"

namespace headroom {
namespace {

struct Suggestion {
  Bytes limit;
  std::string sentence;
};

Bytes AQuarterMore(Bytes bytes) { return bytes + Bytes{bytes.value / 4}; }

/// Upwards to a whole mebibyte, as engines take it.
Bytes WholeMebibytes(Bytes bytes) {
  return Mebibytes((bytes.value >> 20U) + ((bytes.value & ((1U << 20U) - 1)) == 0 ? 0 : 1));
}

/// The limit that was met may be of memory and swap together: then it is memory's own that is to be
/// raised, with as much swap beside it, and twice both would be four times as much.
std::string TwiceText(const Case& the_case, Bytes doubled, std::string_view as_met) {
  const bool both = IsLimitOfBoth(the_case);
  return fmt::format("twice {} ({})", both ? "the limit of memory alone" : as_met, ToText(doubled));
}

/// What grows and grows gets time, and nothing else, from a larger limit.
std::optional<Suggestion> ForALeak(const Case& the_case, Limit limit, const Growth& growth) {
  const auto lasted =
      TimeAtRate(0, static_cast<double>(limit.bytes().value), growth.bytes_per_second);
  if (!lasted) return std::nullopt;
  const Bytes doubled = Doubled(limit);
  if (!IsALeak(growth)) {
    return Suggestion{
        doubled, fmt::format("If it needs that much, raise the limit, for example to {}; if it "
                             "goes on at that rate, that lasts {} longer:",
                             TwiceText(the_case, doubled, "what it met"), ToText(*lasted))};
  }
  return Suggestion{doubled,
                    fmt::format("A larger limit buys time: at that rate {} lasts {} longer:",
                                TwiceText(the_case, doubled, "the limit"), ToText(*lasted))};
}

/// What stays level, or comes back down, has shown what it needs, but for what it was killed at.
Suggestion ForALevel(Limit limit, Bytes highest) {
  const Bytes needed = WholeMebibytes(AQuarterMore(highest));
  const Bytes above = WholeMebibytes(AQuarterMore(limit.bytes()));
  if (needed < above) {
    return {above, fmt::format("Raise the limit, for example to a quarter more than it has ({}); "
                               "the most that it was seen to hold is {}:",
                               ToText(above), ToText(highest))};
  }
  return {needed, fmt::format("Raise the limit, for example to the most that it was seen to hold "
                              "({}) and a quarter more ({}):",
                              ToText(highest), ToText(needed))};
}

Suggestion ByDoubling(const Case& the_case, Limit limit) {
  const Bytes doubled = Doubled(limit);
  return {doubled, fmt::format("If it needs that much, raise the limit, for example to {}:",
                               TwiceText(the_case, doubled, "what it met"))};
}

Bytes HighestSeen(const Case& the_case, const Growth& growth) {
  Bytes highest = growth.high + growth.beside;
  if (the_case.held) highest = std::max(highest, NotReclaimable(*the_case.held));
  return highest;
}

Suggestion Suggest(const Case& the_case, Limit limit) {
  const auto growth = GrowthToGoBy(the_case);
  if (!growth) return ByDoubling(the_case, limit);
  switch (growth->shape) {
    case Shape::kSteady:
      return ForALeak(the_case, limit, *growth).value_or(ByDoubling(the_case, limit));
    case Shape::kPlateau:
    case Shape::kSawtooth:
      // How much of what is in swap it would want resident is not known.
      if (growth->with_swap) break;
      return ForALevel(limit, HighestSeen(the_case, *growth));
    case Shape::kBurst:
      break;
  }
  return ByDoubling(the_case, limit);
}

Meminfo HostMemory(const Case& the_case) {
  const std::string* text = the_case.evidence().File("host/meminfo");
  if (text == nullptr) return {};
  return ParseMeminfo(*text).value_or(Meminfo{});
}

/// When the incident was noticed; of one that is not told, when meminfo was read.
std::optional<Bytes> HostAvailable(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  if (incident && incident->host_available) return incident->host_available;
  return HostMemory(the_case).available;
}

/// On cgroup v1 systemd has no word for the limit of memory and swap together, and the kernel
/// refuses one of memory that is larger.
Lines BothLines(const Case& the_case, Bytes wanted) {
  const std::string& engine = the_case.container().engine;
  const auto swap = SwapAllowed(the_case);
  const bool by_systemd = engine == kUnitEngine || engine == kCommandEngine;
  if (!the_case.level.with_swap || !by_systemd || !swap || swap->unlimited()) return {};
  return {
      fmt::format("first write {} into memory.memsw.limit_in_bytes of its cgroup, the limit "
                  "that was met; then:",
                  (wanted + swap->bytes()).value)};
}

bool IsMostlyAnon(const Case& the_case) {
  const auto& held = the_case.held;
  const auto limit = MemoryLimit(the_case);
  return held && held->anon && limit && Share(*held->anon, limit->bytes()) >= 0.5;
}

}  // namespace

void Append(Lines& lines, Lines more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

bool HasNumber(const std::optional<Limit>& limit) {
  constexpr Bytes kLargest{std::uint64_t{1} << 60U};  // beyond it, twice as much is no advice
  return limit && !limit->unlimited() && limit->bytes().value > 0 && limit->bytes() < kLargest;
}

Bytes Doubled(const Limit& limit) { return limit.bytes() + limit.bytes(); }

std::string BeyondHostText(const Case& the_case, Bytes now, Bytes wanted) {
  const auto total = HostMemory(the_case).total;
  if (total && wanted > *total) {
    return fmt::format("A limit of {} is more than there is: the host has only {}.", ToText(wanted),
                       ToText(*total));
  }
  const auto available = HostAvailable(the_case);
  if (available && wanted > now && wanted - now > *available) {
    return fmt::format("A limit of {} is more than the host could give: it had only {} available.",
                       ToText(wanted), ToText(*available));
  }
  return "";
}

Lines RaiseToLines(const Case& the_case, Bytes now, Bytes wanted, std::string sentence) {
  if (std::string why = BeyondHostText(the_case, now, wanted); !why.empty()) {
    return {std::move(why)};
  }
  Lines lines = {std::move(sentence)};
  Append(lines, BothLines(the_case, wanted));
  Append(lines,
         RaiseLimitWords(the_case.container(), wanted, SwapAllowed(the_case), StillRuns(the_case)));
  return lines;
}

bool StillRuns(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  const bool alive = incident && incident->init_alive.value_or(the_case.alive);
  return alive && !the_case.init_killed;
}

bool IsALeak(const Growth& growth) {
  constexpr std::chrono::seconds kLongEnough{60};
  return growth.shape == Shape::kSteady && growth.duration >= kLongEnough;
}

std::optional<Growth> GrowthToGoBy(const Case& the_case) {
  auto growth = FindGrowth(the_case);
  if (!growth || growth->cache_included) return std::nullopt;
  if (IsTooOld(the_case, growth->to)) return std::nullopt;
  return growth;
}

Lines RaiseLines(const Case& the_case) {
  const auto limit = MemoryLimit(the_case);
  if (the_case.level.kind != LevelKind::kOwn || !HasNumber(limit)) return {};
  Suggestion suggestion = Suggest(the_case, *limit);
  return RaiseToLines(the_case, limit->bytes(), suggestion.limit, std::move(suggestion.sentence));
}

Lines SwapLines(const Case& the_case) {
  constexpr Bytes kWorthUsing = Mebibytes(64);
  const auto memory = MemoryLimit(the_case);
  if (the_case.level.kind != LevelKind::kOwn || !HasNumber(memory)) return {};
  const auto allowed = LimitInFile(the_case.evidence(), "cgroup/memory.swap.max");
  const auto free = HostMemory(the_case).swap_free;
  const auto growth = GrowthToGoBy(the_case);
  const bool leaks = growth && growth->shape == Shape::kSteady;
  if (leaks || allowed != Limit(Bytes{0}) || !free || *free < kWorthUsing) return {};
  if (!IsMostlyAnon(the_case)) return {};
  const Bytes limit = memory->bytes();
  Lines words =
      AllowSwapWords(the_case.container(), limit, std::min(limit, *free), StillRuns(the_case));
  if (words.empty()) return {};
  Lines lines = {
      fmt::format("Or, instead of a larger limit: it may not swap, and the host has {} of swap "
                  "free, where what it seldom touches could go:",
                  ToText(*free))};
  Append(lines, std::move(words));
  return lines;
}

}  // namespace headroom
