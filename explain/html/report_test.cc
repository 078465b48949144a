#include "explain/html/report.h"

#include <gtest/gtest.h>

#include <random>

#include "explain/html/anchor.h"
#include "explain/html/testing/page_check.h"
#include "explain/html/testing/rich_case.h"

namespace headroom {
namespace {

using namespace testing_evidence;

std::string PageOf(const Evidence& evidence) { return ReportHtml(evidence, Explain(evidence)); }

bool Holds(const std::string& text, std::string_view piece) {
  return text.find(piece) != std::string::npos;
}

std::size_t PlaceOf(const std::string& page, std::string_view piece) {
  EXPECT_TRUE(Holds(page, piece)) << piece;
  return page.find(piece);
}

class EveryPage : public testing::TestWithParam<GoldenCase> {};
INSTANTIATE_TEST_SUITE_P(ReportHtml, EveryPage, testing::ValuesIn(PageCases()),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(EveryPage, HoldsNothingButWhatAPageMay) {
  const std::string page = PageOf(GetParam().builder.Build());
  EXPECT_EQ(PageCheck(page).Fault(), "");
  EXPECT_TRUE(Holds(page, "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;"));
}

TEST_P(EveryPage, SaysAllThatTheVerdictSays) {
  const Evidence evidence = GetParam().builder.Build();
  const Verdict verdict = Explain(evidence);
  const std::string page = ReportHtml(evidence, verdict);
  EXPECT_TRUE(Holds(page, "<h1>" + Text(verdict.headline).text + "</h1>"));
  for (const Statement& statement : verdict.statements) {
    EXPECT_TRUE(Holds(page, Text(statement.text).text)) << statement.text;
  }
  for (const std::string& line : verdict.advice) {
    EXPECT_TRUE(Holds(page, line.starts_with("  ")
                                ? "<code>" + Text(line.substr(2)).text + "</code>"
                                : "<p>" + Text(line).text + "</p>"))
        << line;
  }
}

TEST_P(EveryPage, EveryClaimLeadsToTheLineItRestsOn) {
  const Evidence evidence = GetParam().builder.Build();
  const Verdict verdict = Explain(evidence);
  const std::string page = ReportHtml(evidence, verdict);
  for (const Statement& statement : verdict.statements) {
    const std::string anchor = AnchorOf(statement.evidence).text;
    EXPECT_TRUE(Holds(page, "href=\"#" + anchor + "\"")) << statement.evidence;
    EXPECT_TRUE(Holds(page, "id=\"" + anchor + "\"")) << statement.evidence;
  }
}

TEST_P(EveryPage, WithoutAFileIsStillAPage) {
  const Evidence whole = GetParam().builder.Build();
  for (const auto& [missing, text] : whole.files) {
    Evidence evidence = whole;
    evidence.files.erase(missing);
    EXPECT_EQ(PageCheck(PageOf(evidence)).Fault(), "") << "without " << missing;
  }
}

TEST_P(EveryPage, DamagedAnywhereIsStillAPage) {
  const Evidence whole = GetParam().builder.Build();
  std::mt19937 random(7);
  for (const auto& [name, text] : whole.files) {
    for (int i = 0; i < 6 && !text.empty(); ++i) {
      Evidence evidence = whole;
      std::string& damaged = evidence.files[name];
      const std::size_t at = random() % damaged.size();
      constexpr std::string_view kHarm = "<script>\"'><a href=http://x>\xe2\x80\xae\xff//";
      damaged.replace(at, std::min(damaged.size() - at, kHarm.size() / 2), kHarm);
      EXPECT_EQ(PageCheck(PageOf(evidence)).Fault(), "") << name << " at " << at;
    }
  }
}

TEST(ReportHtml, HasItsPartsInOrder) {
  const std::string page = PageOf(Busy().Build());
  std::size_t before = 0;
  for (const std::string_view part :
       {"<h1>", "id=\"why\"", "id=\"time\"", "id=\"held\"", "id=\"processes\"",
        "id=\"manifest.json\"", "id=\"cost\"", "id=\"do\"", "id=\"evidence\""}) {
    EXPECT_GT(PlaceOf(page, part), before) << part;
    before = page.find(part);
  }
}

TEST(ReportHtml, MarksTheLinesThatDecideAndLeadsBackFromThem) {
  const std::string page = PageOf(KillSingle().Build());
  EXPECT_TRUE(Holds(page, "<div class=\"l hit\" id=\"kernel/oom.log:9\">"));
  EXPECT_TRUE(Holds(page, "<div class=\"l\" id=\"kernel/oom.log:5\">"));
  EXPECT_TRUE(Holds(page, "<a href=\"#claim-2\">\u2191\u00a0victim</a>"));
}

TEST(ReportHtml, ShowsTheKilledAmongTheProcessesAndTheirMappings) {
  const std::string page = PageOf(Busy().Build());
  EXPECT_TRUE(Holds(page, "4321</span> python3 <span class=\"tag\">killed</span>"));
  EXPECT_TRUE(Holds(page, "4388</span> worker</th>"));
  EXPECT_TRUE(Holds(page, "<th>heap</th>"));
  EXPECT_TRUE(Holds(page, "/dev/shm/psm_81ab"));
}

TEST(ReportHtml, WhatWasNotRecordedIsNeitherNothingNorLeftOut) {
  const std::string page = PageOf(Inferred().Build());
  EXPECT_TRUE(Holds(page, "the supervisor was not running"));
  EXPECT_TRUE(Holds(page, "No chart: "));
  EXPECT_FALSE(Holds(page, "id=\"processes\""));
  Evidence evidence = KillSingle().Build();
  evidence.files["before/memory.stat"] = "anon 60600000\nfile 400000\nshmem 0\n";
  EXPECT_TRUE(Holds(PageOf(evidence), "kernel</span></th><td class=\"r\">not recorded</td>"));
}

TEST(ReportHtml, ARefusedStartHasNoVictimAndNoChart) {
  const std::string page = PageOf(Denied().Build());
  EXPECT_FALSE(Holds(page, "<dt>Victim</dt>"));
  EXPECT_FALSE(Holds(page, "id=\"time\""));
  EXPECT_TRUE(Holds(page, "<code>docker run --memory 512m ...</code>"));
}

TEST(ReportHtml, OnlyAnOomKillIsTheOomKillers) {
  const Evidence killed = KillSingle().Kind(BundleKind::kKilled).Build();
  Verdict verdict = Explain(killed);
  verdict.killer.clear();
  EXPECT_FALSE(Holds(ReportHtml(killed, verdict), "<dt>Killer</dt>")) << "there may be none";
  verdict.killer = "kernel";
  EXPECT_TRUE(Holds(ReportHtml(killed, verdict), "<dt>Killer</dt><dd>the kernel</dd>"));
  verdict.killer = "process";
  EXPECT_TRUE(Holds(ReportHtml(killed, verdict), "<dt>Killer</dt><dd>another process</dd>"));
  EXPECT_TRUE(Holds(PageOf(KillSingle().Build()), "the kernel\u2019s OOM killer"));
}

TEST(ReportHtml, TimesOfWhatWasNoKillAreNotCountedFromOne) {
  for (const BundleKind kind : {BundleKind::kKilled, BundleKind::kStall, BundleKind::kSnap}) {
    const Evidence evidence = Busy().Kind(kind).Build();
    Verdict verdict = Explain(evidence);
    verdict.statements.clear();  // those have their own words
    verdict.advice.clear();
    const std::string page = ReportHtml(evidence, verdict);
    EXPECT_EQ(PageCheck(page).Fault(), "");
    EXPECT_FALSE(Holds(page, "before the kill"));
    EXPECT_FALSE(Holds(page, "after the kill"));
    EXPECT_FALSE(Holds(page, "<span>killed"));
    EXPECT_TRUE(
        Holds(page, kind == BundleKind::kKilled ? "before the end" : "before the incident"));
  }
  EXPECT_TRUE(Holds(PageOf(Busy().Build()), "<span>killed"));
}

TEST(ReportHtml, EscapesWhatAContainerChose) {
  const std::string page = PageOf(Hostile().Build());
  EXPECT_FALSE(Holds(page, "<script>"));
  EXPECT_TRUE(Holds(page, "\\x1b[2J"));
  EXPECT_TRUE(Holds(page, "&lt;script&gt;\\xff\\xfe"));
}

TEST(ReportHtml, AManifestThatListsItselfGivesNoLineTwice) {
  Evidence evidence = Inferred().Build();
  evidence.files["manifest.json"] = SerializeManifest(evidence.manifest);
  EXPECT_EQ(PageCheck(PageOf(evidence)).Fault(), "");
}

TEST(ReportHtml, OfNoEvidenceAtAllIsAPage) { EXPECT_EQ(PageCheck(PageOf(Evidence{})).Fault(), ""); }

/// Every list and text of a bundle as long as a reader takes it, of the bytes that grow most.
Evidence Enormous() {
  EvidenceBuilder builder = Busy();
  const std::string worst(3000, '"');
  ProcessTable table;
  ShmListing shm;
  for (int i = 1; i < 1000; ++i) {
    table.processes.push_back(Process(i, worst, 10));
    shm.files.push_back({worst, Mebibytes(1), Mebibytes(1)});
    builder.Missing("x/" + std::to_string(i), Outcome::kUnavailable, worst);
  }
  Evidence evidence = builder.Build();
  evidence.files["before/processes.json"] = SerializeProcesses(table);
  evidence.files["before/shm.json"] = SerializeShm(shm);
  for (int i = 0; i < 5000; ++i) evidence.files["kernel/oom.log"] += worst.substr(0, 300) + "\n";
  return evidence;
}

TEST(ReportHtml, IsBoundedAndKeepsItsPromises) {
  const Evidence evidence = Enormous();
  Verdict verdict = Explain(evidence);
  std::string page = ReportHtml(evidence, verdict);
  EXPECT_LE(page.size(), kMostReportBytes);
  EXPECT_EQ(PageCheck(page).Fault(), "");
  EXPECT_TRUE(Holds(page, "id=\"evidence\"")) << "the bounds of the parts suffice";
  for (int i = 0; i < 300; ++i) {
    verdict.statements.push_back(
        {.label = "note", .text = std::string(9'000, '"'), .evidence = "kernel/oom.log:1"});
    verdict.advice.emplace_back(9'000, '"');
  }
  page = ReportHtml(evidence, verdict);
  EXPECT_LE(page.size(), kMostReportBytes);
  EXPECT_EQ(PageCheck(page).Fault(), "");
  EXPECT_TRUE(Holds(page, "statements are in summary.json"));
}

TEST(PageCheck, FindsWhatAPageMayNotHave) {
  for (const char* bad :
       {"<b>", "</b>", "<b><i></b></i>", "<img>", "<b onclick=\"x\"></b>", "<a href=\"x\"></a>",
        "<a href=\"#x\"></a>", "<b id=\"x\"></b><b id=\"x\"></b>", "a//b", "http", "a>b",
        "<b class=x></b>", "\x1b", "\u202e"}) {
    EXPECT_NE(PageCheck(bad).Fault(), "") << bad;
  }
  EXPECT_EQ(PageCheck("<b id=\"x\">a</b><a href=\"#x\">&lt;</a>").Fault(), "");
}

}  // namespace
}  // namespace headroom
