#pragma once

#include <nlohmann/json_fwd.hpp>

#include "explain/verdict.h"

namespace headroom {

/// The members "breakdown" and "mappings" of summary.json.
[[nodiscard]] nlohmann::json BreakdownsToJson(const std::vector<BreakdownFigures>& breakdowns);
[[nodiscard]] nlohmann::json MappingsToJson(const std::optional<MappingFigures>& mappings);

}  // namespace headroom
