#include "policy/parse/value.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace headroom {
namespace {

using nlohmann::json;

/// A number of bytes, or text such as "512M".
std::optional<Bytes> ReadAmount(const json& value) {
  if (value.is_number_unsigned() && value != 0) return Bytes{value.get<std::uint64_t>()};
  if (value.is_string()) return ParseAmount(value.get_ref<const std::string&>());
  return std::nullopt;
}

std::optional<ParameterValue> ReadShare(const json& value) {
  if (!value.is_number()) return std::nullopt;
  const double share = value.get<double>();
  if (share > 0 && share <= 1) return share;
  return std::nullopt;
}

std::optional<ParameterValue> ReadLimit(const json& value) {
  if (value == "unlimited") return Limit::Unlimited();
  if (value == 0 || value == "0") return Limit(Bytes{0});
  if (const auto amount = ReadAmount(value)) return Limit(*amount);
  return std::nullopt;
}

std::optional<ParameterValue> ReadCount(const json& value) {
  if (!value.is_number_unsigned() || value == 0) return std::nullopt;
  return Count{value.get<std::uint64_t>()};
}

std::optional<ParameterValue> ReadScore(const json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  // Above the range of std::int64_t it would come out as a negative number.
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > 1000) return std::nullopt;
  const auto score = value.get<std::int64_t>();
  if (score < -1000 || score > 1000) return std::nullopt;
  return OomScoreAdj{static_cast<int>(score)};
}

json ToJson(Limit limit) {
  return limit.unlimited() ? json("unlimited") : json(limit.bytes().value);
}

struct TextOf {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(double value) const { return fmt::format("{}", value); }
  std::string operator()(Bytes value) const { return ToText(value); }
  std::string operator()(Limit value) const { return ToText(value); }
  std::string operator()(Count value) const { return fmt::format("{}", value.value); }
  std::string operator()(OomScoreAdj value) const { return fmt::format("{}", value.value); }
};

}  // namespace

std::optional<Bytes> ParseAmount(std::string_view text) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto number = ParseUint64(text.substr(0, digits));
  std::string_view unit = digits == std::string_view::npos ? "" : text.substr(digits);
  if (!number || *number == 0) return std::nullopt;
  unsigned shift = 0;
  if (!unit.empty() && unit != "B") {
    constexpr std::string_view kUnits = "kmgtKMGT";
    const std::size_t place = kUnits.find(unit.front());
    if (place == std::string_view::npos) return std::nullopt;
    shift = 10 * (static_cast<unsigned>(place) % 4 + 1);
    unit.remove_prefix(1);
    if (!unit.empty() && unit != "B" && unit != "iB") return std::nullopt;
  }
  if (*number > (UINT64_MAX >> shift)) return std::nullopt;
  return Bytes{*number << shift};
}

std::optional<std::uint32_t> LogLinesIn(const json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto lines = value.get<std::uint64_t>();
  if (lines > kMostLogLines) return std::nullopt;
  return static_cast<std::uint32_t>(lines);
}

std::optional<ParameterValue> ReadParameterValue(ParameterSpec::Kind kind, const json& value) {
  switch (kind) {
    case ParameterSpec::Kind::kSwitch:
      if (!value.is_boolean()) return std::nullopt;
      return value.get<bool>();
    case ParameterSpec::Kind::kShare:
      return ReadShare(value);
    case ParameterSpec::Kind::kBytes: {
      const auto amount = ReadAmount(value);
      return amount ? std::optional<ParameterValue>(*amount) : std::nullopt;
    }
    case ParameterSpec::Kind::kLimit:
      return ReadLimit(value);
    case ParameterSpec::Kind::kCount:
      return ReadCount(value);
    case ParameterSpec::Kind::kOomScoreAdj:
      return ReadScore(value);
  }
  return std::nullopt;
}

std::string_view Expectation(ParameterSpec::Kind kind) {
  switch (kind) {
    case ParameterSpec::Kind::kSwitch:
      return "is expected to be true or false";
    case ParameterSpec::Kind::kShare:
      return "is expected to be a number above 0 and at most 1";
    case ParameterSpec::Kind::kBytes:
      return "is expected to be a number of bytes above 0, or text like \"512M\"";
    case ParameterSpec::Kind::kLimit:
      return "is expected to be a number of bytes, text like \"512M\", or \"unlimited\"";
    case ParameterSpec::Kind::kCount:
      return "is expected to be a whole number above 0";
    case ParameterSpec::Kind::kOomScoreAdj:
      return "is expected to be a whole number from -1000 to 1000";
  }
  return "";
}

json ParameterToJson(const ParameterValue& value) {
  return std::visit(
      [](const auto& held) -> json {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, Limit>) {
          return ToJson(held);
        } else if constexpr (std::is_same_v<Held, bool> || std::is_same_v<Held, double>) {
          return held;
        } else {
          return held.value;
        }
      },
      value);
}

std::string ParameterToText(const ParameterValue& value) { return std::visit(TextOf{}, value); }

}  // namespace headroom
