#pragma once

#include "base/bytes.h"
#include "explain/html/markup.h"

namespace headroom {

/// A cell of a table with a bar that shows `part` of `whole`. The number stands in a cell of its
/// own, so nobody is told of the bar.
void PutBarCell(Markup& out, Bytes part, Bytes whole, Piece css_class);

/// "12.5%" of a width, at most 100.
[[nodiscard]] SafeText WidthOf(double part, double whole);

}  // namespace headroom
