#pragma once

#include <string>

#include "evidence/store.h"

namespace headroom {

/// timeline.json from the recorder's ring, as it stands now.
[[nodiscard]] Section ReadTimelineSection(const std::string& recorder_path);

}  // namespace headroom
