#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace headroom {

struct PolicyLayer;

/// What a bound of "retention" counts.
enum class RetentionUnit { kAge, kBundles, kBytes };

/// A bound in its own unit: seconds, bundles or bytes; nullopt: unlimited.
using RetentionBound = std::optional<std::uint64_t>;

/// One key of "retention".
struct RetentionKey {
  std::string_view name;
  RetentionUnit unit;
  std::uint64_t fallback;  ///< where the policy names none
  std::string_view summary;
};
[[nodiscard]] std::span<const RetentionKey> RetentionKeys();

/// The bound that a document's value is; nullopt: it is none of that unit.
[[nodiscard]] std::optional<RetentionBound> ReadRetentionBound(RetentionUnit unit,
                                                               const nlohmann::json& value);
/// "is expected to be ...": behind the name of a key.
[[nodiscard]] std::string_view RetentionExpected(RetentionUnit unit);
/// As ReadRetentionBound reads it back to the same.
[[nodiscard]] nlohmann::json RetentionBoundToJson(RetentionUnit unit, const RetentionBound& bound);
/// For people: "30d", "1000", "2 GiB", "unlimited".
[[nodiscard]] std::string RetentionBoundText(RetentionUnit unit, const RetentionBound& bound);

/// How much the supervisor leaves in the store. nullopt: unlimited.
struct Retention {
  std::optional<std::chrono::seconds> max_age;
  std::optional<std::uint64_t> max_bundles;
  std::optional<Bytes> max_bytes;
  std::optional<std::uint64_t> per_container;

  bool operator==(const Retention&) const = default;
};

/// One key as it holds, and who said so ("built-in" where nobody did).
struct RetentionSetting {
  const RetentionKey* key = nullptr;
  RetentionBound bound;
  std::string origin;
};

/// Every key, in the order of RetentionKeys(): what the policy says, else what is built in. It is
/// one for the whole store: neither profiles, overrides nor annotations have a say. Pure.
[[nodiscard]] std::vector<RetentionSetting> RetentionSettings(const PolicyLayer& layer);
[[nodiscard]] Retention ResolveRetention(const PolicyLayer& layer);

}  // namespace headroom
