#pragma once

#include <cstddef>
#include <string>

#include "evidence/evidence.h"
#include "explain/verdict.h"

namespace headroom {

/// No page is larger; what is left out is said where it would stand.
inline constexpr std::size_t kMostReportBytes = std::size_t{2} << 20U;

/// One HTML file that needs nothing else: no script, no address, styles and drawings within. What
/// `headroom why` says, each claim linked to the recorded line it rests on, which is quoted; memory
/// over time and in parts, as drawings and as numbers; what was recorded, and what was not and why.
///
/// Pure and linear in the size of `evidence`. Every byte from outside is escaped (markup.h).
/// `verdict` is that of the same evidence.
[[nodiscard]] std::string ReportHtml(const Evidence& evidence, const Verdict& verdict);

}  // namespace headroom
