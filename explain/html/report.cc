#include "explain/html/report.h"

#include <array>
#include <span>

#include "explain/html/chart/timeline_svg.h"
#include "explain/html/section/page_content.h"
#include "explain/html/style.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

/// More are no verdict of ours but a broken or hostile bundle.
constexpr std::size_t kMostStatements = 60;
constexpr std::size_t kMostAdvice = 40;
constexpr std::size_t kMostTextBytes = 2500;

void Cut(std::string& text) {
  if (text.size() <= kMostTextBytes) return;
  text.resize(kMostTextBytes);
  text += "...";
}

/// The verdict with every list and text bounded, and a line that says what was left out.
Verdict Bounded(Verdict verdict) {
  auto& statements = verdict.statements;
  if (statements.size() > kMostStatements) {
    const std::size_t left_out = statements.size() - kMostStatements;
    statements.resize(kMostStatements);
    statements.back() = {.label = "note",
                         .text = CountText(left_out + 1, "more statement is in summary.json",
                                           "more statements are in summary.json"),
                         .evidence = ""};
  }
  for (auto* advice : {&verdict.advice, &verdict.advice_now, &verdict.advice_cure}) {
    if (advice->size() > kMostAdvice) advice->resize(kMostAdvice);
    for (std::string& line : *advice) Cut(line);
  }
  for (Statement& statement : statements) {
    Cut(statement.text);
    Cut(statement.evidence);
  }
  if (auto& killer = verdict.killer_process) {
    for (auto* text : {&killer->comm, &killer->exe, &killer->unit, &killer->cgroup, &killer->via}) {
      Cut(*text);
    }
  }
  for (std::string* text : {&verdict.headline, &verdict.container, &verdict.level}) Cut(*text);
  return verdict;
}

void BeginPage(Markup& out, const Verdict& verdict) {
  out.Put(
      {"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; "
       "style-src &#39;unsafe-inline&#39;; base-uri &#39;none&#39;; form-action "
       "&#39;none&#39;\">\n"
       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
       "<meta name=\"color-scheme\" content=\"light dark\">\n"
       "<meta name=\"referrer\" content=\"no-referrer\">\n<title>",
       Text(verdict.headline), "</title>\n<style>", StyleSheet(), "</style>\n</head>\n<body>\n"});
  PutTextures(out);
}

void EndPage(Markup& out, const Verdict& verdict) {
  out.Put({"<footer><p>"});
  if (!verdict.bundle.empty()) {
    out.Put({"Made from <code>", Text(verdict.bundle), "</code>, which has all of it. "});
  }
  out.Put(
      {"1 KiB is 1024 bytes, 1 MiB 1024 KiB. Empty or \u201cnot recorded\u201d is not known, "
       "which is not zero.</p></footer>\n</body>\n</html>\n"});
}

using PutSection = void (*)(Markup&, const PageContent&);
constexpr std::array<PutSection, 11> kWholePage = {
    PutSummary,    PutStatements, PutSignals,    PutTimeline, PutBreakdown, PutProcesses,
    PutNeighbours, PutManifest,   PutAccounting, PutAdvice,   PutQuotes};
constexpr std::array<PutSection, 3> kVerdictAlone = {PutSummary, PutStatements, PutAdvice};

std::string Render(const PageContent& content, std::span<const PutSection> sections, Piece remark) {
  Markup page;
  BeginPage(page, content.verdict);
  page.Put({"<main>\n"});
  for (const PutSection put : sections) put(page, content);
  page.Put({remark, "</main>\n"});
  EndPage(page, content.verdict);
  return page.Take();
}

}  // namespace

std::string ReportHtml(const Evidence& evidence, const Verdict& verdict) {
  const Verdict bounded = Bounded(verdict);
  const Case the_case = StudyCase(evidence);
  PageContent content = PageContentOf(evidence, bounded, the_case);
  std::string page = Render(content, kWholePage, "");
  if (page.size() <= kMostReportBytes) return page;
  content.places.clear();  // what is not there is not linked to
  return Render(
      content, kVerdictAlone,
      "<p class=\"quiet\">The rest is left out, as the page would be too large; the bundle "
      "has it.</p>\n");
}

}  // namespace headroom
