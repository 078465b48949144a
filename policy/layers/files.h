#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace headroom {

/// Larger policy files are refused, unread.
inline constexpr std::size_t kMaxPolicyBytes = 1U << 20U;

/// A policy file as it lies there.
struct PolicySource {
  std::string path;
  std::string text;
  /// Root's or this user's, and nobody else may write to it: what it says may be run.
  bool trusted = true;
};

/// The paths at which policy may lie: `<config>/policy.json`, which may be missing, then
/// `<config>/policy.d/*.json` in the order of their names. Hidden files are none.
[[nodiscard]] Result<std::vector<std::string>> PolicyPaths(const std::string& config_dir);

/// One of them; nullopt when there is no such file. Waits for nothing (a FIFO of that name is
/// refused), kTooLarge above kMaxPolicyBytes.
[[nodiscard]] Result<std::optional<PolicySource>> ReadPolicySource(const std::string& path);

/// All of them that exist. One that cannot be read: its error.
[[nodiscard]] Result<std::vector<PolicySource>> ReadPolicySources(const std::string& config_dir);

/// The copy of the last good policy: the files themselves, so that what is read back is the same
/// policy to the last origin and line. JSON text.
[[nodiscard]] std::string SerializeSources(const std::vector<PolicySource>& sources);
[[nodiscard]] Result<std::vector<PolicySource>> ParseSources(std::string_view text,
                                                             std::string_view where);

/// `<run>/policy.last-good.json`, believed only if nobody but this user can have written it;
/// nullopt otherwise and where there is none.
[[nodiscard]] std::optional<std::vector<PolicySource>> ReadLastGood(const std::string& run_dir);

/// Writes it, unless it says the same already; without sources it is removed, as whoever removed
/// the files does not want them back. Best effort: a full or missing /run costs the copy only.
void KeepLastGood(const std::vector<PolicySource>& sources, const std::string& run_dir);

}  // namespace headroom
