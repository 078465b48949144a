#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// self.json, schema "headroom.self/1": what watching cost, and how late it was. nullopt: not
/// known.
struct SelfAccount {
  using Microseconds = std::chrono::microseconds;
  std::optional<Microseconds> held;        ///< how long the container was held; nullopt: it was not
  std::optional<Microseconds> photograph;  ///< from its begin to its end, the lift in between
  std::optional<Microseconds> detection;   ///< from the kernel's kill line to our noticing
  std::optional<Microseconds> assembled;   ///< from then to the bundle's being put together
  std::optional<std::uint64_t> samples;    ///< in the recorder's ring
  std::optional<std::uint64_t> samples_skipped;  ///< damaged or torn there
  std::optional<Microseconds> longest_gap;       ///< between two of them that follow one another
  std::optional<Bytes> rss;                      ///< of headroomd itself
  /// Whether the kernel lets a process be held by a descriptor (Linux 5.3). Where it does not, a
  /// process is told from a later one of the same number by its start time, and its end is noticed
  /// by looking.
  std::optional<bool> pidfd_open;
};
[[nodiscard]] std::string SerializeSelfAccount(const SelfAccount& account);
[[nodiscard]] Result<SelfAccount> ParseSelfAccount(std::string_view text, std::string_view where);

}  // namespace headroom
