#pragma once

#include "policy/layers/match.h"
#include "policy/parse/object_reader.h"

namespace headroom {

/// The "match" of an override. Patterns that can hold for nothing, and an engine that no container
/// has, are doubtful: the file can be used, that override never counts.
[[nodiscard]] Match ReadMatch(ObjectReader reader);

}  // namespace headroom
