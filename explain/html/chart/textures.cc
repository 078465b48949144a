#include "explain/html/chart/timeline_svg.h"

namespace headroom {
namespace {

void PutPattern(Markup& out, MemoryPart part, Piece content) {
  out.Put({"<pattern id=\"texture-", Text(PartClass(part)),
           "\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">", content, "</pattern>"});
}

}  // namespace

// Not display:none, which would take the textures away with it.
void PutTextures(Markup& out) {
  out.Put({"<svg class=\"textures\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>"});
  PutPattern(out, MemoryPart::kShmem, "<path class=\"hatch\" d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\"/>");
  PutPattern(out, MemoryPart::kKernel, "<circle class=\"spot\" cx=\"3\" cy=\"3\" r=\"1.2\"/>");
  PutPattern(out, MemoryPart::kCache, "<path class=\"hatch\" d=\"M3 0V6\"/>");
  out.Put({"</defs></svg>\n"});
}

SafeText TextureOf(MemoryPart part) {
  if (part == MemoryPart::kAnon) return {};
  Markup out;
  out.Put({"fill=\"url(#texture-", Text(PartClass(part)), ")\""});
  return {out.Take()};
}

void PutSwatch(Markup& out, MemoryPart part) {
  out.Put(
      {"<svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect width=\"14\" height=\"14\" "
       "class=\"",
       Text(PartClass(part)), "\"/>"});
  const SafeText texture = TextureOf(part);
  if (!texture.text.empty()) {
    out.Put({"<rect width=\"14\" height=\"14\" ", texture, "/>"});
  }
  out.Put({"</svg>"});
}

}  // namespace headroom
