#include <fmt/format.h>

#include <algorithm>

#include "explain/inputs/citation.h"
#include "explain/study/growth.h"
#include "explain/study/swap_limits.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

using std::chrono::nanoseconds;

constexpr const char* kLabel = "growth";
constexpr const char* kTimeline = "timeline.json";
/// A container that died sooner than this had no time to be watched.
constexpr std::chrono::seconds kShortLife{2};

std::string CiteSample(const Case& the_case, BootTime at) {
  return Cite(the_case.evidence(), kTimeline, fmt::format("\"boot_ns\": {}", at.count()));
}

/// What the samples lead up to.
std::string_view EndText(const Case& the_case) {
  return the_case.alive ? "this was taken" : "the kill";
}

/// "for the last 8 s" only where the samples reach up to the kill.
std::string SpanText(const Case& the_case, const Growth& growth) {
  const std::string duration = ToText(growth.duration);
  if (!the_case.killed_at) return fmt::format("for {}", duration);
  const nanoseconds gap = *the_case.killed_at - growth.to;
  if (!IsTooOld(the_case, growth.to)) return fmt::format("for the last {}", duration);
  return fmt::format("for {}, until {} before {}", duration, ToText(gap), EndText(the_case));
}

std::string RateText(const Growth& growth) {
  return fmt::format("+{}/s", ToText(Bytes{static_cast<std::uint64_t>(growth.bytes_per_second)}));
}

std::string FitText(const Growth& growth) {
  const std::string samples = CountText(growth.samples, "sample", "samples");
  return growth.fit ? fmt::format("{}, fit {:.2f}", samples, *growth.fit) : samples;
}

/// "62 MiB", or "61 MiB to 62 MiB" where the two are not the same.
std::string BetweenText(const Growth& growth) {
  const std::string low = ToText(growth.low);
  const std::string high = ToText(growth.high);
  return low == high ? low : fmt::format("{} to {}", low, high);
}

/// How soon: of one that lives, from now on; of one that was killed, from 60 % of the limit, where
/// the rise began below.
std::string SoonText(const Case& the_case, const Growth& growth) {
  if (!growth.to_limit) return "";
  const char* what = growth.with_swap && !the_case.level.with_swap ? "both limits" : "the limit";
  if (the_case.alive) {
    const nanoseconds gap = *the_case.killed_at - growth.to;
    const nanoseconds left = std::max(*growth.to_limit - gap, nanoseconds(0));
    return fmt::format(": {} in {} at that rate", what, ToText(left));
  }
  constexpr double kSeenFrom = 0.6;
  const auto limit = static_cast<double>(EndOf(the_case, growth).value_or(Bytes{}).value);
  if (static_cast<double>(growth.first.value) > kSeenFrom * limit) return "";
  const auto time = TimeAtRate(kSeenFrom * limit, limit, growth.bytes_per_second);
  return time ? fmt::format(": from 60 % of {} to all of it in {}", what, ToText(*time)) : "";
}

/// Where it is not just the memory that was asked for.
std::string OfWhatText(const Growth& growth) {
  return fmt::format("{}{}", growth.with_swap ? ", memory and swap together" : "",
                     growth.cache_included ? ", page cache included" : "");
}

std::string SteadyText(const Case& the_case, const Growth& growth) {
  return fmt::format("steady{}, {} {} ({}){}", OfWhatText(growth), RateText(growth),
                     SpanText(the_case, growth), FitText(growth), SoonText(the_case, growth));
}

std::string BurstText(const Case& the_case, const Growth& growth) {
  if (growth.unsampled) {
    return fmt::format(
        "a burst{}: from {} to the limit in less than {}, faster than samples were "
        "taken, after {} level",
        OfWhatText(growth), ToText(growth.first), ToText(growth.duration),
        ToText(growth.level_before));
  }
  return fmt::format("a burst{}: from {} to {}, {} {} ({}), after {} level", OfWhatText(growth),
                     ToText(growth.first), ToText(growth.last), RateText(growth),
                     SpanText(the_case, growth), FitText(growth), ToText(growth.level_before));
}

std::string SawtoothText(const Case& the_case, const Growth& growth) {
  std::string text = fmt::format("a sawtooth{}: fell {} times between {} and {} {} ({})",
                                 OfWhatText(growth), growth.falls, ToText(growth.low),
                                 ToText(growth.high), SpanText(the_case, growth), FitText(growth));
  if (growth.bytes_per_second > 0) {
    text += fmt::format("; its low points rose by {}/s",
                        ToText(Bytes{static_cast<std::uint64_t>(growth.bytes_per_second)}));
  }
  return text;
}

std::string ShapeText(const Case& the_case, const Growth& growth) {
  switch (growth.shape) {
    case Shape::kSteady:
      return SteadyText(the_case, growth);
    case Shape::kBurst:
      return BurstText(the_case, growth);
    case Shape::kSawtooth:
      return SawtoothText(the_case, growth);
    case Shape::kPlateau:
      break;
  }
  return fmt::format("level{} at {} {} ({})", OfWhatText(growth), BetweenText(growth),
                     SpanText(the_case, growth), FitText(growth));
}

std::string KindText(const Case& the_case, FirstPressure::Kind kind) {
  switch (kind) {
    case FirstPressure::Kind::kMax:
      return fmt::format("{} was met", LimitFileName(the_case));
    case FirstPressure::Kind::kHigh:
      return "memory.high was passed";
    case FirstPressure::Kind::kWaited:
      return "processes waited for memory";
  }
  return "";
}

std::optional<Statement> PressureStatement(const Case& the_case, const Growth& growth) {
  if (!growth.first_pressure || !the_case.killed_at) return std::nullopt;
  const nanoseconds before = *the_case.killed_at - growth.first_pressure->at;
  // Only the stretch that is described was searched for it.
  const auto ever = FindFirstPressure(the_case, SamplesUpToKill(the_case), BootTime(0));
  const bool is_first = ever && ever->at == growth.first_pressure->at;
  return Statement{
      .label = kLabel,
      .text = fmt::format("first sign of pressure {}{} before {}: {}",
                          is_first ? "" : "since then ", ToText(before), EndText(the_case),
                          KindText(the_case, growth.first_pressure->kind)),
      .evidence = CiteSample(the_case, growth.first_pressure->at)};
}

std::vector<Statement> Measured(const Case& the_case, const Growth& growth) {
  std::vector<Statement> statements = {{.label = kLabel,
                                        .text = ShapeText(the_case, growth),
                                        .evidence = CiteSample(the_case, growth.from)}};
  if (auto pressure = PressureStatement(the_case, growth)) {
    statements.push_back(*std::move(pressure));
  }
  return statements;
}

std::optional<nanoseconds> Lifetime(const Case& the_case) {
  const BootTime started = the_case.container().enrolled_boot;
  if (!the_case.killed_at || started.count() <= 0) return std::nullopt;
  const nanoseconds lived = *the_case.killed_at - started;
  return lived.count() >= 0 ? std::optional(lived) : std::nullopt;
}

std::optional<Statement> TooShortALife(const Case& the_case, std::size_t samples) {
  const auto lived = Lifetime(the_case);
  if (the_case.alive || !lived || *lived > kShortLife || samples >= 4) return std::nullopt;
  std::string evidence = Cite(the_case.evidence(), "container.json", "\"enrolled_boot_ns\"");
  if (evidence.empty()) return std::nullopt;
  return Statement{
      .label = kLabel,
      .text = fmt::format("none measured: it died within {} of starting", ToText(*lived)),
      .evidence = std::move(evidence)};
}

/// What of a sample the limit that was met counts.
std::optional<Bytes> Counted(const Case& the_case, const Sample& sample) {
  if (!IsLimitOfBoth(the_case)) return sample.current;
  if (!sample.current || !sample.swap) return std::nullopt;
  return *sample.current + *sample.swap;
}

/// The last sample shows far less than the limit: it went there between two samples, or while
/// nobody took any.
std::optional<Statement> TooFast(const Case& the_case, const std::vector<Sample>& samples) {
  const auto& limit = the_case.level.limit;
  if (the_case.alive || samples.empty() || !the_case.killed_at) return std::nullopt;
  if (!limit || limit->unlimited()) return std::nullopt;
  // Samples are of the container: what filled another's limit is not among them.
  if (the_case.level.kind != LevelKind::kOwn) return std::nullopt;
  const Sample& last = samples.back();
  const auto counted = Counted(the_case, last);
  if (!counted || Share(*counted, limit->bytes()) > 0.8) return std::nullopt;
  const std::string from =
      ToText(*counted) + (IsLimitOfBoth(the_case) ? " of memory and swap" : "");
  const nanoseconds gap = *the_case.killed_at - last.at;
  if (!WasWatchedUpToKill(the_case, last.at)) {
    if (gap.count() <= 0) return std::nullopt;
    return Statement{.label = kLabel,
                     .text = fmt::format("not sampled for the last {}: how it went from {} to the "
                                         "limit is not known",
                                         ToText(gap), from),
                     .evidence = CiteSample(the_case, last.at)};
  }
  return Statement{.label = kLabel,
                   .text = fmt::format("from {} to the limit in less than {}: faster than samples "
                                       "were taken",
                                       from, ToText(gap)),
                   .evidence = CiteSample(the_case, last.at)};
}

/// A level stretch says little where the way to the limit came behind it.
bool EndedBelow(const Growth& growth) {
  return growth.shape == Shape::kPlateau || growth.shape == Shape::kSawtooth;
}

}  // namespace

std::vector<Statement> GrowthStatements(const Case& the_case) {
  const std::vector<Sample> samples = SamplesUpToKill(the_case);
  auto jumped = TooFast(the_case, samples);
  if (const auto growth = FindGrowth(the_case)) {
    auto statements = Measured(the_case, *growth);
    if (EndedBelow(*growth) && jumped) statements.push_back(*std::move(jumped));
    return statements;
  }
  if (auto died = TooShortALife(the_case, samples.size())) return {*std::move(died)};
  if (jumped) return {*std::move(jumped)};
  return {};
}

}  // namespace headroom
