#include "explain/html/section/page_content.h"

namespace headroom {

void PutStatements(Markup& out, const PageContent& content) {
  const auto& statements = content.verdict.statements;
  if (statements.empty()) return;
  out.Put({"<section aria-labelledby=\"why\">\n<h2 id=\"why\">Why</h2>\n<ol class=\"claims\">\n"});
  const std::string* previous = nullptr;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    const bool repeated = previous != nullptr && *previous == statement.label;
    out.Put({"<li", repeated ? Piece(" class=\"more\"") : Piece(""), " id=\"claim-", Number(i + 1),
             "\"><span class=\"label\">", repeated ? SafeText{} : Text(statement.label),
             "</span><span>", Text(statement.text), "</span>"});
    PutCitation(out, content, statement.evidence);
    out.Put({"</li>\n"});
    previous = &statement.label;
  }
  out.Put({"</ol>\n</section>\n"});
}

}  // namespace headroom
