#include <fmt/format.h>

#include "explain/inputs/citation.h"
#include "explain/study/growth.h"
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

/// "for the last 8 s" only where the samples reach up to the kill.
std::string SpanText(const Case& the_case, const Growth& growth) {
  const std::string duration = ToText(growth.duration);
  if (!the_case.killed_at) return fmt::format("for {}", duration);
  const nanoseconds gap = *the_case.killed_at - growth.to;
  if (!IsStale(gap)) return fmt::format("for the last {}", duration);
  return fmt::format("for {}, until {} before the kill", duration, ToText(gap));
}

Statement Measured(const Case& the_case, const Growth& growth) {
  const Bytes rate{static_cast<std::uint64_t>(growth.bytes_per_second)};
  return {.label = kLabel,
          .text = fmt::format("steady{}, +{}/s {} ({} samples, fit {:.2f})",
                              growth.cache_included ? ", page cache included" : "", ToText(rate),
                              SpanText(the_case, growth), growth.samples, growth.fit),
          .evidence = CiteSample(the_case, growth.from)};
}

std::optional<nanoseconds> Lifetime(const Case& the_case) {
  const BootTime started = the_case.container().enrolled_boot;
  if (!the_case.killed_at || started.count() <= 0) return std::nullopt;
  const nanoseconds lived = *the_case.killed_at - started;
  return lived.count() >= 0 ? std::optional(lived) : std::nullopt;
}

std::optional<Statement> TooShortALife(const Case& the_case, std::size_t samples) {
  const auto lived = Lifetime(the_case);
  if (!lived || *lived > kShortLife || samples >= 4) return std::nullopt;
  std::string evidence = Cite(the_case.evidence(), "container.json", "\"enrolled_boot_ns\"");
  if (evidence.empty()) return std::nullopt;
  return Statement{
      .label = kLabel,
      .text = fmt::format("none measured: it died within {} of starting", ToText(*lived)),
      .evidence = std::move(evidence)};
}

/// The last sample shows far less than the limit: it went there between two samples.
std::optional<Statement> TooFast(const Case& the_case, const std::vector<Sample>& samples) {
  const auto& limit = the_case.level.limit;
  if (samples.empty() || !the_case.killed_at || !limit || limit->unlimited()) return std::nullopt;
  // Samples are of the container: what filled another's limit is not among them.
  if (the_case.level.kind != LevelKind::kOwn) return std::nullopt;
  const Sample& last = samples.back();
  if (!last.current || Share(*last.current, limit->bytes()) > 0.8) return std::nullopt;
  const nanoseconds gap = *the_case.killed_at - last.at;
  return Statement{.label = kLabel,
                   .text = fmt::format("from {} to the limit in less than {}: faster than samples "
                                       "were taken",
                                       ToText(*last.current), ToText(gap)),
                   .evidence = CiteSample(the_case, last.at)};
}

}  // namespace

std::vector<Statement> GrowthStatements(const Case& the_case) {
  if (const auto growth = FindGrowth(the_case)) return {Measured(the_case, *growth)};
  const std::vector<Sample> samples = SamplesUpToKill(the_case);
  if (auto died = TooShortALife(the_case, samples.size())) return {*std::move(died)};
  if (auto jumped = TooFast(the_case, samples)) return {*std::move(jumped)};
  return {};
}

}  // namespace headroom
