#pragma once

#include <string_view>

#include "explain/html/chart/timeline.h"
#include "explain/html/markup.h"

namespace headroom {

/// Draws a timeline twice, for a wide page and for a narrow one (the style sheet shows one of
/// them): the parts piled up, memory.current as a line with a dot a sample, memory.max, memory.high
/// while it stood, and the moments as numbers in the order of `chart.moments`. Times without a
/// sample are left open. `id` tells the drawings of a page apart; `description` says in words what
/// is seen.
[[nodiscard]] Markup TimelineSvg(const TimelineChart& chart, std::string_view id,
                                 std::string_view title, std::string_view description);

/// The textures of the parts, so that none is told by its colour alone: once a page, before what is
/// drawn with them. Anonymous memory has none.
void PutTextures(Markup& out);

/// The attribute that fills a shape with the texture of a part; empty for anonymous memory.
[[nodiscard]] SafeText TextureOf(MemoryPart part);

/// A small square of the colour and texture of a part, for keys.
void PutSwatch(Markup& out, MemoryPart part);

}  // namespace headroom
