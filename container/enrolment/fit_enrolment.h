#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "container/enrolment/enrolment.h"

namespace headroom {

/// What of an enrolment is read again: bytes of its text, and rows of a list in it. A container's
/// owner chooses how much there is to record (mounts, cgroups above it, its image's name), and a
/// record that nobody reads leaves the container unwatched.
inline constexpr std::size_t kMaxEnrolmentBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kMaxEnrolmentRows = 256;

/// SerializeEnrolment within those bounds. Where it is too much, first goes what the container can
/// be watched without: the facts that were judged, a name or image of more than 4 KiB, the changed
/// settings row by row, the decision, the findings, at last levels above it. Of those the tightest
/// limits stay, then the nearest, in their order. kTooLarge where that is not enough. Pure.
[[nodiscard]] Result<std::string> SerializeToFit(const Enrolment& enrolment);

}  // namespace headroom
