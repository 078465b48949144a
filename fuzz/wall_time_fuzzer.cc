#include "evidence/prune.h"
#include "evidence/wall_text.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;
using std::chrono::hours;

/// From 1970 to the end of 2200, so that no sum of two of them overflows.
void RequireInRange(WallTime time) { Require(time >= hours(-24) && time <= hours(24) * 366 * 231); }

}  // namespace

/// A time as records and engines write it, or as the name of a bundle has it.
HEADROOM_FUZZ(text) {
  const auto iso = ParseIso8601(text);
  const auto rfc = ParseRfc3339(text);
  Require(!iso || rfc == iso);
  if (rfc) RequireInRange(*rfc);
  constexpr WallTime kEnd =
      std::chrono::sys_days(std::chrono::year(2201) / 1 / 1).time_since_epoch();
  if (iso && *iso < kEnd) {  // a leap second is the first of the next day, and so of the next year
    // Milliseconds are what is written.
    const auto again = ParseIso8601(ToIso8601(*iso));
    Require(again && std::chrono::abs(*again - *iso) < std::chrono::milliseconds(1));
  }
  if (const auto time = StampTime(std::string(text))) {
    RequireInRange(*time);
    Require(StampTime(ToFileStamp(*time)) == time);
  }
}
