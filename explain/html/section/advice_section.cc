#include "explain/html/section/page_content.h"

namespace headroom {
namespace {

void PutLines(Markup& out, const std::vector<std::string>& advice) {
  for (const std::string& line : advice) {
    if (line.starts_with("  ")) {
      out.Put({"<pre class=\"type\"><code>", Text(line.substr(2)), "</code></pre>\n"});
    } else {
      out.Put({"<p>", Text(line), "</p>\n"});
    }
  }
}

void PutPart(Markup& out, Piece title, const std::vector<std::string>& advice) {
  if (advice.empty()) return;
  out.Put({"<h3>", title, "</h3>\n"});
  PutLines(out, advice);
}

}  // namespace

void PutAdvice(Markup& out, const PageContent& content) {
  const Verdict& verdict = content.verdict;
  if (verdict.advice.empty()) return;
  const bool told_apart = !verdict.advice_now.empty() || !verdict.advice_cure.empty();
  out.Put({"<section class=\"do\" aria-labelledby=\"do\">\n<h2 id=\"do\">",
           told_apart ? Piece("What to do") : Piece("What to do now"), "</h2>\n"});
  if (told_apart) {
    PutPart(out, "What helps now", verdict.advice_now);
    PutPart(out, "The cure", verdict.advice_cure);
  } else {
    PutLines(out, verdict.advice);
  }
  out.Put({"</section>\n"});
}

}  // namespace headroom
