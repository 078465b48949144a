#include "explain/html/section/page_content.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "explain/html/anchor.h"
#include "explain/html/end_words.h"

namespace headroom {
namespace {

constexpr const char* kManifest = "manifest.json";

/// The lines that name a section, in the order of the rows.
std::vector<std::size_t> ManifestLines(const Manifest& manifest) {
  const std::string text = SerializeManifest(manifest);
  std::vector<std::size_t> lines;
  std::string_view rest = text;
  for (std::size_t line = 1; const auto content = TakeLine(rest); ++line) {
    if (Trimmed(*content).starts_with("\"section\": ")) lines.push_back(line);
  }
  lines.resize(std::min(manifest.rows.size(), kMostManifestRows));
  return lines;
}

}  // namespace

PageContent PageContentOf(const Evidence& evidence, const Verdict& verdict, const Case& the_case) {
  PageContent content{.evidence = evidence,
                      .verdict = verdict,
                      .the_case = the_case,
                      .quotes = QuotesFor(evidence, verdict),
                      .manifest_lines = ManifestLines(evidence.manifest),
                      .places = {}};
  for (const Quote& quote : content.quotes) {
    content.places.insert(quote.file);
    for (const QuotedLine& line : quote.lines) {
      content.places.insert(CitationOf(quote.file, line.number));
    }
  }
  if (!content.manifest_lines.empty()) content.places.insert(kManifest);
  for (const std::size_t line : content.manifest_lines) {
    content.places.insert(CitationOf(kManifest, line));
  }
  return content;
}

std::string BeforeEnd(const PageContent& content, std::chrono::nanoseconds before) {
  return fmt::format("{} before {}", ToText(before), EndWordsOf(content.evidence.kind).name);
}

std::string AfterEnd(const PageContent& content, std::chrono::nanoseconds after) {
  return fmt::format("{} after {}", ToText(after), EndWordsOf(content.evidence.kind).name);
}

void PutCitation(Markup& out, const PageContent& content, std::string_view citation) {
  if (citation.empty()) return;
  if (content.places.contains(citation)) {
    out.Put({"<a class=\"at\" href=\"#", AnchorOf(citation), "\">", Text(citation), "</a>"});
  } else {
    out.Put({"<span class=\"at quiet\">", Text(citation), "</span>"});
  }
}

}  // namespace headroom
