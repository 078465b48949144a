#include "explain/html/report.h"
#include "explain/html/testing/page_check.h"
#include "explain/verdict.h"
#include "fuzz/evidence_text.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const Evidence evidence = EvidenceFromText(text);
  const std::string page = ReportHtml(evidence, Explain(evidence));
  Require(page.size() <= kMostReportBytes);
  Require(PageCheck(page).Fault().empty());
}
