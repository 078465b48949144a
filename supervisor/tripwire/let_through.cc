#include "supervisor/tripwire/let_through.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace headroom {

std::string WhyLetThrough(const LetThrough& let_through, BootTime first_kill) {
  const auto before = std::max(first_kill - let_through.at, BootTime::zero());
  const std::string because =
      let_through.most_unreclaimable
          ? fmt::format("no more than {} of its {} seemed to be what reclaim cannot free",
                        ToText(*let_through.most_unreclaimable), ToText(let_through.high))
          : "its memory could not be read";
  return fmt::format(
      "the tripwire was down when the kill came: it was met {} ms before that was noticed, and "
      "lifted, as {}",
      std::chrono::duration_cast<std::chrono::milliseconds>(before).count(), because);
}

}  // namespace headroom
