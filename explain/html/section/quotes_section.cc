#include <fmt/format.h>

#include "explain/html/anchor.h"
#include "explain/html/section/page_content.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// Back to the statements that rest on it, by their labels.
void PutWayBack(Markup& out, const PageContent& content,
                const std::vector<std::size_t>& statements) {
  const std::string* previous = nullptr;
  for (const std::size_t statement : statements) {
    const std::string& label = content.verdict.statements[statement].label;
    if (previous != nullptr && *previous == label) continue;
    out.Put({previous == nullptr ? Piece("") : Piece(" "), "<a href=\"#claim-",
             Number(statement + 1), "\">\u2191\u00a0", Text(label), "</a>"});
    previous = &label;
  }
}

void PutLine(Markup& out, const PageContent& content, const Quote& quote, const QuotedLine& line) {
  const SafeText anchor = AnchorOf(CitationOf(quote.file, line.number));
  out.Put({"<div class=\"l", line.decisive ? Piece(" hit") : Piece(""), "\" id=\"", anchor,
           "\"><a href=\"#", anchor, "\">", line.decisive ? Piece("\u25b8 ") : Piece(""),
           Number(line.number), "</a><span>", Text(line.text)});
  if (line.cut > 0) out.Put({" <i class=\"quiet\">and ", Number(line.cut), " more bytes</i>"});
  out.Put({"</span>"});
  if (!line.statements.empty()) {
    out.Put({"<span class=\"why\">"});
    PutWayBack(out, content, line.statements);
    out.Put({"</span>"});
  }
  out.Put({"</div>\n"});
}

void PutSkipped(Markup& out, std::size_t count) {
  if (count == 0) return;
  out.Put({"<div class=\"skip\">\u22ee ", Text(CountText(count, "line", "lines")),
           " left out</div>\n"});
}

std::string ExtentText(const Quote& quote) {
  std::string lines = CountText(quote.total_lines, "line", "lines");
  if (quote.lines.size() == quote.total_lines) return lines;
  return fmt::format("{} of {}, the file in the bundle has them all", quote.lines.size(), lines);
}

void PutQuote(Markup& out, const PageContent& content, const Quote& quote) {
  out.Put({"<div class=\"file\" id=\"", AnchorOf(quote.file), "\"><h3><code>",
           TextOfBytes(quote.file), "</code></h3>\n<p class=\"quiet\">", Text(ExtentText(quote)),
           " "});
  PutWayBack(out, content, quote.statements);
  out.Put({"</p>\n<div class=\"q\">\n"});
  std::size_t next = 1;
  for (const QuotedLine& line : quote.lines) {
    PutSkipped(out, line.number - next);
    PutLine(out, content, quote, line);
    next = line.number + 1;
  }
  PutSkipped(out, quote.total_lines + 1 - next);
  out.Put({"</div></div>\n"});
}

}  // namespace

void PutQuotes(Markup& out, const PageContent& content) {
  if (content.quotes.empty()) return;
  out.Put(
      {"<section aria-labelledby=\"evidence\">\n<h2 id=\"evidence\">Evidence</h2>\n<p "
       "class=\"quiet\">As it was recorded. Marked lines (\u25b8) decide; an arrow leads back to "
       "what rests on them. What is no text stands as \\xNN.</p>\n"});
  for (const Quote& quote : content.quotes) PutQuote(out, content, quote);
  out.Put({"</section>\n"});
}

}  // namespace headroom
