#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "policy/rule.h"

namespace headroom {

/// "512M", "1G", "64k", "1048576": bytes, binary units, upper or lower case, "iB" or "B" behind
/// allowed. nullopt otherwise, and for 0 and what does not fit.
[[nodiscard]] std::optional<Bytes> ParseAmount(std::string_view text);

/// The value of a parameter of that kind; nullopt where the document's value is none.
[[nodiscard]] std::optional<ParameterValue> ReadParameterValue(ParameterSpec::Kind kind,
                                                               const nlohmann::json& value);

/// The value of "log_lines": a whole number from 0 to kMostLogLines; nullopt: it is none.
[[nodiscard]] std::optional<std::uint32_t> LogLinesIn(const nlohmann::json& value);
/// Behind the name of the key.
inline constexpr std::string_view kLogLinesExpected =
    "is expected to be a number of lines from 0 (none) to 1000";

/// "is expected to be true or false", ...: behind the name of a key.
[[nodiscard]] std::string_view Expectation(ParameterSpec::Kind kind);

/// The value as ReadParameterValue reads it back to the same.
[[nodiscard]] nlohmann::json ParameterToJson(const ParameterValue& value);

/// For people: "64 MiB", "0.5", "no limit", "true".
[[nodiscard]] std::string ParameterToText(const ParameterValue& value);

}  // namespace headroom
