#include "policy/retention.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/age.h"
#include "policy/layers/layer.h"
#include "policy/parse/value.h"
#include "policy/policy.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kUnlimited = "unlimited";
constexpr std::uint64_t kSecondsOfADay = std::uint64_t{24} * 60 * 60;

constexpr std::array<RetentionKey, 4> kKeys = {
    {{.name = "max_age",
      .unit = RetentionUnit::kAge,
      .fallback = 30 * kSecondsOfADay,
      .summary = "Bundles that are older are removed."},
     {.name = "max_bundles",
      .unit = RetentionUnit::kBundles,
      .fallback = 1000,
      .summary = "How many bundles are kept in all."},
     {.name = "max_bytes",
      .unit = RetentionUnit::kBytes,
      .fallback = std::uint64_t{2} << 30U,
      .summary = "How many bytes all bundles may have together."},
     {.name = "per_container",
      .unit = RetentionUnit::kBundles,
      .fallback = 20,
      .summary = "How many bundles of one container are kept."}}};

std::optional<RetentionBound> ReadAge(const json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto age = ParseAge(value.get_ref<const std::string&>());
  if (!age || age->count() == 0) return std::nullopt;
  return static_cast<std::uint64_t>(age->count());
}

std::chrono::seconds Seconds(std::uint64_t count) {
  return std::chrono::seconds(static_cast<std::int64_t>(count));
}

}  // namespace

std::span<const RetentionKey> RetentionKeys() { return kKeys; }

std::optional<RetentionBound> ReadRetentionBound(RetentionUnit unit, const json& value) {
  if (value == json(kUnlimited)) return RetentionBound{};
  if (unit == RetentionUnit::kAge) return ReadAge(value);
  if (unit == RetentionUnit::kBytes) {
    const auto amount = ReadParameterValue(ParameterSpec::Kind::kBytes, value);
    if (!amount) return std::nullopt;
    return std::get<Bytes>(*amount).value;
  }
  const auto count = ReadParameterValue(ParameterSpec::Kind::kCount, value);
  if (!count) return std::nullopt;
  return std::get<Count>(*count).value;
}

std::string_view RetentionExpected(RetentionUnit unit) {
  switch (unit) {
    case RetentionUnit::kAge:
      return "is expected to be an age above 0 like \"30d\", \"12h\", \"90m\" or \"45s\", or "
             "\"unlimited\"";
    case RetentionUnit::kBundles:
      return "is expected to be a whole number above 0, or \"unlimited\"";
    case RetentionUnit::kBytes:
      return "is expected to be a number of bytes above 0, text like \"512M\", or \"unlimited\"";
  }
  return "";
}

json RetentionBoundToJson(RetentionUnit unit, const RetentionBound& bound) {
  if (!bound) return json(kUnlimited);
  if (unit == RetentionUnit::kAge) return AgeText(Seconds(*bound));
  return *bound;
}

std::string RetentionBoundText(RetentionUnit unit, const RetentionBound& bound) {
  if (!bound) return std::string(kUnlimited);
  if (unit == RetentionUnit::kAge) return AgeText(Seconds(*bound));
  if (unit == RetentionUnit::kBytes) return ToText(Bytes{*bound});
  return std::to_string(*bound);
}

std::vector<RetentionSetting> RetentionSettings(const PolicyLayer& layer) {
  std::vector<RetentionSetting> settings;
  for (const RetentionKey& key : kKeys) {
    const auto said = layer.retention.find(key.name);
    const bool is_said = said != layer.retention.end();
    settings.push_back({.key = &key,
                        .bound = is_said ? said->second.value : RetentionBound(key.fallback),
                        .origin = is_said ? said->second.origin : std::string(kBuiltInOrigin)});
  }
  return settings;
}

Retention ResolveRetention(const PolicyLayer& layer) {
  const auto settings = RetentionSettings(layer);
  Retention retention;
  if (settings[0].bound) retention.max_age = Seconds(*settings[0].bound);
  retention.max_bundles = settings[1].bound;
  if (settings[2].bound) retention.max_bytes = Bytes{*settings[2].bound};
  retention.per_container = settings[3].bound;
  return retention;
}

}  // namespace headroom
