#include "fix/config/edits.h"

#include <fmt/format.h>

#include "base/text.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

/// Above this a runtime's number means "no limit": cgroup v1 has LONG_MAX rounded down to a page.
constexpr std::uint64_t kMostBytes = std::uint64_t{INT64_MAX} - 4095;

}  // namespace

Result<std::optional<Limit>> LimitAt(const JsonText& config, const MemberPath& path) {
  const auto value = config.Find(path);
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  if (const auto number = ParseUint64(**value)) {
    return *number >= kMostBytes ? Limit::Unlimited() : Limit(Bytes{*number});
  }
  if (const auto number = ParseInt64(**value); number && *number < 0) return Limit::Unlimited();
  return Malformed(PathText(path), "is not a whole number");
}

MemberPath UnifiedPath(const std::string& key) { return {"linux", "resources", "unified", key}; }

Result<std::optional<Limit>> UnifiedAt(const JsonText& config, const std::string& key) {
  const MemberPath path = UnifiedPath(key);
  const auto value = config.Find(path);
  if (!value) return std::unexpected(value.error());
  if (!*value) return std::nullopt;
  const auto text = JsonString(**value);
  const auto limit = text ? ParseLimit(*text) : Malformed("", "");
  if (!limit) return Malformed(PathText(path), "is neither \"max\" nor a number in quotes");
  return *limit;
}

Result<std::string> StringAt(const JsonText& config, const MemberPath& path) {
  const auto value = config.Find(path);
  if (!value) return std::unexpected(value.error());
  return *value ? JsonString(**value).value_or("") : "";
}

FixOutcome AlreadySet(const MemberPath& path, std::string_view value) {
  const std::string text = EscapedForPeople(value);
  return FixOutcome{.result = FixOutcome::Result::kAlready,
                    .setting = PathText(path),
                    .before = text,
                    .after = text,
                    .text = fmt::format("already: {} is {} in config.json", PathText(path), text)};
}

FixOutcome Failed(const MemberPath& path, const Error& error) {
  return NotFixed(PathText(path), error.Message());
}

FixOutcome SetValue(JsonText& config, const MemberPath& path, const std::string& value) {
  const auto before = config.Find(path);
  if (!before) return Failed(path, before.error());
  FixOutcome outcome;
  outcome.setting = PathText(path);
  outcome.before = *before ? EscapedForPeople(**before) : "absent";
  if (auto set = config.Set(path, value); !set) return Failed(path, set.error());
  const auto after = config.Find(path);
  if (!after) return Failed(path, after.error());
  outcome.after = *after ? EscapedForPeople(**after) : "absent";
  if (!*after || **after != value) {
    outcome.text = fmt::format("not fixed: set {} to {} and read back {}", outcome.setting, value,
                               outcome.after);
    return outcome;
  }
  outcome.result = FixOutcome::Result::kFixed;
  outcome.text = fmt::format("fixed: {} is now {} in config.json", outcome.setting, outcome.after);
  return outcome;
}

FixOutcome Together(FixOutcome first, const FixOutcome& second) {
  if (!second.fixed()) return second;
  if (!first.fixed()) return first;
  first.text += fmt::format(", {} is now {}", second.setting, second.after);
  return first;
}

}  // namespace headroom
