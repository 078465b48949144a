#include <gtest/gtest.h>

#include <algorithm>

#include "explain/html/markup.h"
#include "explain/html/report.h"
#include "explain/html/testing/page_check.h"
#include "explain/html/testing/rich_case.h"

namespace headroom {
namespace {

using namespace testing_evidence;

std::string PageOf(const Evidence& evidence) { return ReportHtml(evidence, Explain(evidence)); }
std::string PageOf(const EvidenceBuilder& builder) { return PageOf(builder.Build()); }

bool Holds(const std::string& text, std::string_view piece) {
  return text.find(piece) != std::string::npos;
}

TEST(ReportHtml, SaysWhoKilledWithWhichProgramAndWhere) {
  const std::string page = PageOf(KilledByAShell());
  EXPECT_TRUE(Holds(page,
                    "<dt>Killer</dt><dd>pid 505 bash <span class=\"quiet\">/usr/bin/bash, "
                    "in session-4.scope</span>"));
  EXPECT_TRUE(Holds(page, "<dt>Exit</dt><dd>137 <span class=\"quiet\">its init ended by SIGKILL"));
}

TEST(ReportHtml, ARuntimeIsOnlyAHand) {
  EXPECT_TRUE(Holds(PageOf(StoppedAfterGrace()), "via runc, which is only a runtime\u2019s hand"));
}

TEST(ReportHtml, AnExitOfItsOwnIsNoSignal) {
  const std::string page = PageOf(EndedByItself());
  EXPECT_TRUE(Holds(page,
                    "<dt>Exit</dt><dd>137 <span class=\"quiet\">its init ended with that "
                    "status; no signal ended it"));
  EXPECT_TRUE(Holds(page, "None of SIGKILL, SIGTERM, SIGABRT and SIGBUS was recorded."));
}

TEST(ReportHtml, ThereIsNoExitWhereNoneIsKnown) {
  EXPECT_FALSE(Holds(PageOf(KillSingle()), "<dt>Exit</dt>"));
}

TEST(ReportHtml, SignalsAreTheirOrderSenderAndHand) {
  const std::string page = PageOf(StoppedAfterGrace("ignored"));
  const std::size_t term = page.find("<td class=\"nowrap\">SIGTERM");
  const std::size_t kill = page.find("<td class=\"nowrap\">SIGKILL");
  ASSERT_NE(term, std::string::npos);
  EXPECT_LT(term, kill);
  EXPECT_TRUE(Holds(page, "<th class=\"nowrap\">10 s before the end</th>"));
  EXPECT_TRUE(Holds(page, "<th class=\"nowrap\">at the end</th>"));
  EXPECT_TRUE(Holds(page, "SIGTERM <span class=\"quiet\">dropped: no handler</span>"));
  EXPECT_TRUE(Holds(page, "<td class=\"via\" data-is=\"via\">runc</td>"));
  EXPECT_TRUE(Holds(page, "/usr/sbin/runc"));
}

TEST(ReportHtml, SignalsThatWereNotWatchedAreNoEmptyTable) {
  EXPECT_FALSE(Holds(PageOf(KilledUnseen()), "id=\"signals\""));
}

TEST(ReportHtml, SignalsThatAreMissingAreSaidToBe) {
  const auto with = [](std::uint64_t dropped, std::uint64_t lost) {
    return PageOf(Killed(BySignal(9), {.dropped = dropped, .lost = lost}));
  };
  EXPECT_TRUE(Holds(with(2, 0), "2 more were not kept"));
  EXPECT_TRUE(Holds(with(0, 1), "1 event of the host was lost: there may have been others"));
  EXPECT_FALSE(Holds(with(0, 0), "there may have been others"));
}

TEST(ReportHtml, NeighboursAreBarsWithTheirPartInWords) {
  const std::string page = PageOf(SiblingHolds());
  EXPECT_TRUE(Holds(page, "Who else was at that level</h2>"));
  EXPECT_TRUE(Holds(page, "Cgroups below /box.slice"));
  EXPECT_TRUE(Holds(page,
                    "<th>/box.slice/hog <span class=\"tag\">asked for the last page, largest "
                    "now</span></th>"));
  EXPECT_TRUE(Holds(page,
                    "/box.slice/web <span class=\"tag\">this container, the killed was in "
                    "it</span></th>"));
  EXPECT_TRUE(Holds(page, "Asked for the last page: pid 77 hog, in /box.slice/hog"));
  EXPECT_FALSE(Holds(PageOf(KillSingle()), "id=\"neighbours\""));
}

TEST(ReportHtml, ANeighbourWhoseFiguresAreNotKnownIsNotTheLargest) {
  Neighbours neighbours{.level = "/box.slice", .cgroups = {{.path = "/box.slice/a"}}};
  Evidence evidence = SiblingHolds().Build();
  evidence.files["neighbours.json"] = SerializeNeighbours(neighbours);
  const std::string page = PageOf(evidence);
  EXPECT_TRUE(Holds(page, "data-is=\"all\">not known</td>"));
  EXPECT_FALSE(Holds(page, "largest now"));
}

TEST(ReportHtml, ShowsEveryTmpfsAndWhatHasNoName) {
  const std::string page = PageOf(Busy());
  EXPECT_TRUE(Holds(page, "Files on <code>/dev/shm</code>"));
  EXPECT_TRUE(Holds(page, "Files on <code>/scratch</code>"));
  EXPECT_TRUE(Holds(page, "14 MiB used of 100 MiB"));
  EXPECT_TRUE(Holds(page, "The 2 largest of 12 files"));
  EXPECT_FALSE(Holds(page, "Files on <code>/run</code>")) << "none was listed";
  EXPECT_TRUE(Holds(page, "<th>memfd frame-pool</th>"));
  EXPECT_TRUE(Holds(page, "pid 4321 python3 and 1 other"));
  EXPECT_TRUE(Holds(page, "<th>SysV segment 0x0000002a</th>"));
  EXPECT_TRUE(Holds(page, "<th>deleted file /dev/shm/old</th>"));
}

TEST(ReportHtml, ThePartsOfMemoryAreAllThatIsStated) {
  Evidence evidence = Busy().Build();
  std::string& stat = evidence.files["before/memory.stat"];
  stat.replace(stat.find("file_dirty 0"), 12, "file_dirty 1048576");
  const std::string page = PageOf(evidence);
  EXPECT_TRUE(Holds(page, "cache, not written yet</span></th><td class=\"r\">1 MiB"));
  EXPECT_TRUE(Holds(page, "None of it: cache, being written"));
  EXPECT_EQ(PageCheck(page).Fault(), "");
}

TEST(ReportHtml, SaysInTheCaptionOfTheChartHowItGrew) {
  const Evidence evidence = Busy().Build();
  const Verdict verdict = Explain(evidence);
  const auto growth = std::ranges::find(verdict.statements, "growth", &Statement::label);
  ASSERT_NE(growth, verdict.statements.end());
  EXPECT_TRUE(
      Holds(ReportHtml(evidence, verdict), "up to the kill. Growth: " + Text(growth->text).text));
}

TEST(ReportHtml, SaysHowFastAMappingGrewWhereThereWasAnEarlierMap) {
  const std::string page = PageOf(Busy());
  EXPECT_TRUE(Holds(page, "data-is=\"grew by\">+"));
  EXPECT_FALSE(Holds(PageOf(KillSingle()), "grew by"));
}

TEST(ReportHtml, TellsWhatHelpsNowFromTheCure) {
  const Evidence evidence = KillSingle().Build();
  Verdict verdict = Explain(evidence);
  verdict.advice = {"wait", "  mend"};
  verdict.advice_now = {"wait"};
  verdict.advice_cure = {"  mend"};
  const std::string page = ReportHtml(evidence, verdict);
  EXPECT_TRUE(Holds(page, "<h3>What helps now</h3>\n<p>wait</p>\n<h3>The cure</h3>\n<pre"));
  verdict.advice_now.clear();
  verdict.advice_cure.clear();
  EXPECT_FALSE(Holds(ReportHtml(evidence, verdict), "The cure"));
}

/// As many and as long as a reader takes, of the bytes that grow most.
TEST(ReportHtml, EveryNewListIsBounded) {
  const std::string worst(3000, '"');
  Neighbours neighbours{.level = worst, .cgroups = {}};
  SharedMemory shared;
  TmpfsTable tmpfs;
  SignalRecord signals;
  for (int i = 1; i < 900; ++i) {
    neighbours.cgroups.push_back({.path = worst, .current = Mebibytes(1)});
    shared.pieces.push_back(
        {.kind = "memfd", .name = worst, .owners = {{.pid = i, .comm = worst}}});
    tmpfs.mounts.push_back({.mount_point = worst, .files = {{.path = worst}}});
    SentSignal signal = Sent(9, kKilledAt, Sender(i, worst, worst, worst));
    signal.via = worst;
    signals.signals.push_back(signal);
  }
  Evidence evidence = Busy().Build();
  evidence.files["neighbours.json"] = SerializeNeighbours(neighbours);
  evidence.files["before/shared_memory.json"] = SerializeSharedMemory(shared);
  evidence.files["before/tmpfs.json"] = SerializeTmpfs(tmpfs);
  evidence.files["kernel/signals.json"] = SerializeSignals(signals);
  Verdict verdict = Explain(evidence);
  verdict.killer = "process";
  verdict.killer_process = {.comm = worst, .exe = worst, .unit = worst, .via = worst};
  verdict.advice_now.assign(900, worst);
  const std::string page = ReportHtml(evidence, verdict);
  EXPECT_LE(page.size(), kMostReportBytes);
  EXPECT_EQ(PageCheck(page).Fault(), "");
  EXPECT_TRUE(Holds(page, "id=\"neighbours\"")) << "the bounds of the parts suffice";
}

}  // namespace
}  // namespace headroom
