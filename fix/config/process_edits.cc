#include <fmt/format.h>

#include "base/text.h"
#include "fix/config/edits.h"

namespace headroom {
namespace {

const MemberPath kScore = {"process", "oomScoreAdj"};
const MemberPath kRlimits = {"process", "rlimits"};
constexpr std::string_view kMemlock = "RLIMIT_MEMLOCK";

MemberPath RowOf(std::size_t row, const std::string& member) {
  return {"process", "rlimits", std::to_string(row), member};
}

/// "soft" or "hard" of one row.
FixOutcome TightenLimit(JsonText& config, const MemberPath& path, Bytes value) {
  const auto now = LimitAt(config, path);
  if (!now) return Failed(path, now.error());
  const Limit limit = now->value_or(Limit::Unlimited());
  return limit <= Limit(value) ? AlreadySet(path, ToCgroupText(limit))
                               : SetValue(config, path, std::to_string(value.value));
}

FixOutcome TightenRow(JsonText& config, std::size_t row, Bytes value) {
  FixOutcome soft = TightenLimit(config, RowOf(row, "soft"), value);
  FixOutcome hard = TightenLimit(config, RowOf(row, "hard"), value);
  if (soft.already()) return hard;
  return hard.already() ? soft : Together(std::move(soft), hard);
}

FixOutcome AddRow(JsonText& config, Bytes value) {
  const std::string row =
      fmt::format(R"({{"type": "{0}", "hard": {1}, "soft": {1}}})", kMemlock, value.value);
  if (auto added = config.Append(kRlimits, row); !added) return Failed(kRlimits, added.error());
  return FixOutcome{
      .result = FixOutcome::Result::kFixed,
      .setting = PathText(kRlimits),
      .before = "absent",
      .after = std::to_string(value.value),
      .text = fmt::format("fixed: {} is now {} in config.json", kMemlock, value.value)};
}

}  // namespace

FixOutcome EditOomScoreAdj(JsonText& config, const SetOomScoreAdj& fix) {
  const auto value = config.Find(kScore);
  if (!value) return Failed(kScore, value.error());
  const auto now = *value ? ParseInt64(**value) : std::nullopt;
  if (*value && !now) return NotFixed(PathText(kScore), "oomScoreAdj is not a whole number");
  if (now && *now >= fix.value.value) return AlreadySet(kScore, **value);
  return SetValue(config, kScore, std::to_string(fix.value.value));
}

FixOutcome EditMemlock(JsonText& config, const SetMemlock& fix) {
  const auto rows = config.Rows(kRlimits);
  if (!rows) return Failed(kRlimits, rows.error());
  std::optional<FixOutcome> outcome;
  for (std::size_t row = 0; row < *rows; ++row) {
    const auto type = StringAt(config, RowOf(row, "type"));
    if (!type) return Failed(kRlimits, type.error());
    if (*type != kMemlock) continue;
    FixOutcome tightened = TightenRow(config, row, fix.value);
    if (!outcome || !outcome->fixed()) outcome = std::move(tightened);
  }
  return outcome ? *outcome : AddRow(config, fix.value);
}

}  // namespace headroom
