#include "explain/html/section/bars.h"

#include <fmt/format.h>

#include <algorithm>

namespace headroom {

SafeText WidthOf(double part, double whole) {
  const double share = whole > 0 ? std::clamp(part / whole, 0.0, 1.0) : 0.0;
  return {fmt::format("{:.1f}%", 100.0 * share)};
}

void PutBarCell(Markup& out, Bytes part, Bytes whole, Piece css_class) {
  out.Put({"<td class=\"b\"><svg width=\"100%\" height=\"10\" aria-hidden=\"true\"><rect class=\"",
           css_class, "\" height=\"10\" rx=\"1\" width=\"",
           WidthOf(static_cast<double>(part.value), static_cast<double>(whole.value)),
           "\"/></svg></td>"});
}

}  // namespace headroom
