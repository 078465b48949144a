#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "fix/config/json_text.h"
#include "fix/fix.h"
#include "policy/rule.h"

/// What the parts of the editor of config.json share. Each edit works on a text of its own, which
/// the caller throws away unless the outcome is "fixed".
namespace headroom {

/// A number at `path`. nullopt: absent. Negative, or above what the kernel counts to: unlimited.
[[nodiscard]] Result<std::optional<Limit>> LimitAt(const JsonText& config, const MemberPath& path);
/// The same of a string below linux.resources.unified: "max" or a number.
[[nodiscard]] Result<std::optional<Limit>> UnifiedAt(const JsonText& config,
                                                     const std::string& key);
[[nodiscard]] MemberPath UnifiedPath(const std::string& key);
/// A string at `path`; empty when absent or no string.
[[nodiscard]] Result<std::string> StringAt(const JsonText& config, const MemberPath& path);

[[nodiscard]] FixOutcome AlreadySet(const MemberPath& path, std::string_view value);
/// Sets `path` and reads it back.
[[nodiscard]] FixOutcome SetValue(JsonText& config, const MemberPath& path,
                                  const std::string& value);
/// Two changes that only make sense together: fixed when both are, else the one that is not.
[[nodiscard]] FixOutcome Together(FixOutcome first, const FixOutcome& second);
/// Not fixed, because of an error.
[[nodiscard]] FixOutcome Failed(const MemberPath& path, const Error& error);

[[nodiscard]] FixOutcome EditMemoryMax(JsonText& config, const SetMemoryMax& fix);
[[nodiscard]] FixOutcome EditSwapMax(JsonText& config, const SetSwapMax& fix);
[[nodiscard]] FixOutcome EditOomGroup(JsonText& config);
[[nodiscard]] FixOutcome EditMemoryLow(JsonText& config, const SetMemoryLow& fix);
[[nodiscard]] FixOutcome EditOomKiller(JsonText& config);
[[nodiscard]] FixOutcome EditPidsMax(JsonText& config, const SetPidsMax& fix);
[[nodiscard]] FixOutcome EditHugetlbMax(JsonText& config, const SetHugetlbMax& fix);
/// `memory_total` is the host's, for a size in per cent of it; nullopt: not known.
[[nodiscard]] FixOutcome EditTmpfsSize(JsonText& config, const SetTmpfsSize& fix,
                                       std::optional<Bytes> memory_total);
[[nodiscard]] FixOutcome EditOomScoreAdj(JsonText& config, const SetOomScoreAdj& fix);
[[nodiscard]] FixOutcome EditMemlock(JsonText& config, const SetMemlock& fix);

}  // namespace headroom
