#pragma once

#include "explain/html/markup.h"

namespace headroom {

/// The style sheet of a page: two palettes, of which the reader's system chooses, one
/// column from 320 px on, and paper.
[[nodiscard]] Piece StyleSheet();

}  // namespace headroom
