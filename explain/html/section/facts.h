#pragma once

#include <string>
#include <string_view>

#include "explain/html/section/page_content.h"

namespace headroom {

/// A row of the facts at the head of a page: `remark` and `evidence` may be empty.
void PutFact(Markup& out, const PageContent& content, Piece name, const std::string& value,
             std::string_view remark, std::string_view evidence);

/// The evidence of the first statement with that label; empty: there is none.
[[nodiscard]] std::string_view EvidenceOfLabel(const PageContent& content, std::string_view label);

/// Whether it was the kernel's OOM killer that the bundle is of.
[[nodiscard]] bool IsOomKill(const Evidence& evidence);

/// Who killed, at which limit, whom, and how the container's init ended. Of an OOM kill all of it,
/// also what is not known. Of another end only what there is: there may have been no killer. A
/// start that was refused has none of it.
void PutKillFacts(Markup& out, const PageContent& content);

}  // namespace headroom
