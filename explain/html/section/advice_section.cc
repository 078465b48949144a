#include "explain/html/section/page_content.h"

namespace headroom {

void PutAdvice(Markup& out, const PageContent& content) {
  const auto& advice = content.verdict.advice;
  if (advice.empty()) return;
  out.Put({"<section class=\"do\" aria-labelledby=\"do\">\n<h2 id=\"do\">What to do now</h2>\n"});
  for (const std::string& line : advice) {
    if (line.starts_with("  ")) {
      out.Put({"<pre class=\"type\"><code>", Text(line.substr(2)), "</code></pre>\n"});
    } else {
      out.Put({"<p>", Text(line), "</p>\n"});
    }
  }
  out.Put({"</section>\n"});
}

}  // namespace headroom
