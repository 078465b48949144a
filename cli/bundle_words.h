#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "evidence/prune.h"
#include "evidence/store.h"

namespace headroom {

/// "2026-11-21 03:12:44 UTC" of the stamp in a bundle's name; the stamp itself if it is none.
[[nodiscard]] std::string StampText(const std::string& stamp);

/// "2 earlier: 2026-11-21 03:12:44 UTC PATH, ..."; empty for none. At most three are named.
[[nodiscard]] std::string EarlierText(const std::vector<BundleEntry>& earlier);

}  // namespace headroom
