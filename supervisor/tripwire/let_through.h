#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"

namespace headroom {

/// A wire that was met and lifted at once, without a photograph.
struct LetThrough {
  BootTime at{};  ///< when it was looked at
  /// What reclaim could not free, at most (Look::MostUnreclaimable); nullopt: it could not be read.
  std::optional<Bytes> most_unreclaimable;
  Bytes high;  ///< where it stood
};

/// Why a kill that was noticed at `first_kill` has no photograph, where the wire was let through
/// before it and has not stood since: a clause. Pure.
[[nodiscard]] std::string WhyLetThrough(const LetThrough& let_through, BootTime first_kill);

}  // namespace headroom
