#pragma once

#include "explain/html/section/page_content.h"

namespace headroom {

/// Files of every tmpfs, and shared memory that has no name in one, as bars; nothing where none was
/// recorded. Pure.
[[nodiscard]] bool HasSharedBars(const PageContent& content);
void PutSharedBars(Markup& out, const PageContent& content);

}  // namespace headroom
