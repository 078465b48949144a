#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "evidence/recorder.h"

namespace headroom {

/// timeline.json: the recorder's samples up to the kill (docs/bundle-format.md). Figures that a
/// sample does not have are left out.
[[nodiscard]] std::string SerializeTimeline(const Recording& recording);

/// Pure. kMalformed names `where` and the sample; at most 65536 samples. Samples come in the order
/// of the file; a reader that needs them by time sorts them.
[[nodiscard]] Result<Recording> ParseTimeline(std::string_view text, std::string_view where);

}  // namespace headroom
