#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/study/case.h"
#include "explain/study/growth.h"

namespace headroom {

using Lines = std::vector<std::string>;

void Append(Lines& lines, Lines more);

/// A limit that twice as much of is still a limit.
[[nodiscard]] bool HasNumber(const std::optional<Limit>& limit);
/// `limit` must have one.
[[nodiscard]] Bytes Doubled(const Limit& limit);

/// Why a limit of `now` is not to be raised to `wanted` here: that is more than the host has, or
/// the increase is more than it had available. Empty: it can be, or the host's memory is not known.
[[nodiscard]] std::string BeyondHostText(const Case& the_case, Bytes now, Bytes wanted);

/// `sentence`, which suggests the limit `wanted`, and what to type for it; where the host cannot
/// give that, only why. `now` is the limit that there is.
[[nodiscard]] Lines RaiseToLines(const Case& the_case, Bytes now, Bytes wanted,
                                 std::string sentence);

/// Whether the container lives on.
[[nodiscard]] bool StillRuns(const Case& the_case);

/// The growth that a suggestion may rest on: of the container's own memory, without page cache, up
/// to the end.
[[nodiscard]] std::optional<Growth> GrowthToGoBy(const Case& the_case);

/// It has grown along a line for so long that it may be said to leak: what starts and fills its
/// heap does so for some seconds as well.
[[nodiscard]] bool IsALeak(const Growth& growth);

/// A larger limit, with how it was reached, and what to type for it. Empty where the limit is not
/// the container's own.
[[nodiscard]] Lines RaiseLines(const Case& the_case);

/// Swap for what is anonymous and cold, where that is most of it, the host has some free and the
/// container may use none. Said to be instead of RaiseLines, whose command it would undo. Empty
/// elsewhere, and for what grows without a pause.
[[nodiscard]] Lines SwapLines(const Case& the_case);

}  // namespace headroom
