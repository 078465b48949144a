#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "explain/html/markup.h"
#include "explain/html/quotes.h"
#include "explain/study/case.h"
#include "explain/verdict.h"

namespace headroom {

/// Rows of the manifest that a page has, as every bundle of ours does.
inline constexpr std::size_t kMostManifestRows = 300;

/// What every section of a page is made from. Borrows what it was made with.
struct PageContent {
  const Evidence& evidence;
  const Verdict& verdict;
  const Case& the_case;
  std::vector<Quote> quotes;
  std::vector<std::size_t> manifest_lines;    ///< of each row of the manifest, as it is written
  std::set<std::string, std::less<>> places;  ///< citations that can be jumped to in the page
};
[[nodiscard]] PageContent PageContentOf(const Evidence& evidence, const Verdict& verdict,
                                        const Case& the_case);

/// "0.4 s before the kill": what times are counted from is named as the bundle's kind allows.
[[nodiscard]] std::string BeforeEnd(const PageContent& content, std::chrono::nanoseconds before);
/// The same for a time after it.
[[nodiscard]] std::string AfterEnd(const PageContent& content, std::chrono::nanoseconds after);

/// A link to the quoted line or file; plain text where that is not in the page. Nothing for none.
void PutCitation(Markup& out, const PageContent& content, std::string_view citation);

/// The sections, in the order of the page. Each puts nothing, or says why, where nothing was
/// recorded for it. Pure.
void PutSummary(Markup& out, const PageContent& content);
void PutStatements(Markup& out, const PageContent& content);
void PutSignals(Markup& out, const PageContent& content);
void PutTimeline(Markup& out, const PageContent& content);
void PutBreakdown(Markup& out, const PageContent& content);
void PutProcesses(Markup& out, const PageContent& content);
void PutNeighbours(Markup& out, const PageContent& content);
void PutManifest(Markup& out, const PageContent& content);
void PutAccounting(Markup& out, const PageContent& content);
void PutAdvice(Markup& out, const PageContent& content);
void PutQuotes(Markup& out, const PageContent& content);

}  // namespace headroom
