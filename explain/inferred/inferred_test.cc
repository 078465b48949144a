#include "explain/inferred/inferred.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "explain/inferred/kills_of.h"
#include "explain/testing/evidence_builder.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;
using testing_evidence::KmsgText;
using testing_evidence::OomLog;

const std::string kId = std::string(60, 'a') + "0123";
const std::string kOther = std::string(64, 'b');
const std::string kScope = "/system.slice/docker-" + kId + ".scope";
constexpr WallTime kEnd = 1763694764s;  // 2025-11-21 03:12:44 UTC

/// A kill of `cgroup` at its own limit, `before_end` before the container ended.
LogKill KillIn(const std::string& cgroup, std::chrono::nanoseconds before_end = 300ms) {
  const auto events = ParseOomLog(OomLog({.oom_memcg = cgroup, .task_memcg = cgroup}));
  return {.event = events.at(0), .at = kEnd - before_end};
}

/// The line alone, as it is where many died at once.
LogKill NamelessKill() {
  KmsgText text(1000s);
  text.Add(3, testing_evidence::KilledLine({}, 99));
  return {.event = ParseOomLog(text.Take()).at(0), .at = kEnd - 1s};
}

/// Docker's container "web", which ran for ten minutes, and a log that reaches back an hour.
InferredSources Sources(int status = 137) {
  InferredSources sources{.subject = "web", .engine = {}, .ended = {}};
  sources.engine = EngineState{.source = "/var/lib/docker/containers/" + kId + "/config.v2.json",
                               .engine = "docker",
                               .id = kId,
                               .name = "web",
                               .image = "shop/api:1.4",
                               .running = false,
                               .exit_code = status,
                               .oom_flag = false,
                               .started = kEnd - 600s,
                               .finished = kEnd,
                               .error = ""};
  sources.logs.push_back({.unavailable = "", .kills = {}, .since = kEnd - 3600s, .slack = 2s});
  return sources;
}

const Statement* Labelled(const Verdict& verdict, std::string_view label) {
  const auto found = std::ranges::find(verdict.statements, label, &Statement::label);
  return found == verdict.statements.end() ? nullptr : &*found;
}

bool Holds(const std::string& text, std::string_view piece) {
  return text.find(piece) != std::string::npos;
}

TEST(ExplainInferred, AKillInItsCgroupIsToldWithTheRecordsThatSaySo) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {KillIn(kScope)};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.headline,
            "the kernel's OOM killer killed pid 4321 eat of web (docker, shop/api:1.4), 2025-11-21 "
            "03:12:43 UTC; the container ended with status 137 right after");
  EXPECT_EQ(Labelled(verdict, "limit")->evidence, "/dev/kmsg seq 701");
  EXPECT_EQ(Labelled(verdict, "victim")->evidence, "/dev/kmsg seq 708");
  EXPECT_TRUE(Labelled(verdict, "held by")->evidence.starts_with("/dev/kmsg seq 70"));
  EXPECT_EQ(Labelled(verdict, "caught"), nullptr) << "there is no manifest that could be cited";
  const std::string text = VerdictText(verdict);
  EXPECT_TRUE(Holds(text, R"(
  ended     status 137: what SIGKILL leaves, and what
            a program that exits with 137 by itself
            leaves too                             config.v2.json State.ExitCode
  flag      Docker says it was not OOMKilled; its flag
            missed 5 of 20 kills when that was
            measured: the kernel's log counts     config.v2.json State.OOMKilled
  log       reaches back to 2025-11-21 02:12:44 UTC,    /dev/kmsg
            before the container was started
  asked     docker's own record:                        config.v2.json
            /var/lib/docker/containers/)"))
      << text;
  EXPECT_TRUE(Holds(text, "docker update")) << text;
}

TEST(ExplainInferred, TheVerdictIsNeverMoreThanInferred) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {KillIn(kScope)};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.confidence, Confidence::kInferred);
  EXPECT_EQ(verdict.cause, Cause::kLimitAnon);
  EXPECT_EQ(verdict.killer, "kernel");
  EXPECT_EQ(verdict.killed_wall, kEnd - 300ms);
  EXPECT_EQ(verdict.bundle, "");
  EXPECT_FALSE(verdict.victim_is_init) << "nobody recorded which process that was";
  EXPECT_TRUE(Holds(VerdictJson(verdict), "\"bundle\": null"));
  for (const Statement& statement : verdict.statements) EXPECT_NE(statement.evidence, "");
}

TEST(ExplainInferred, AStatusOf143IsToldAsThatOfSigtermOrOfItsOwn) {
  const Verdict verdict = ExplainInferred(Sources(143), kId);
  EXPECT_EQ(Labelled(verdict, "ended")->text,
            "status 143: what SIGTERM leaves, by which a container is asked to end, and what a "
            "program that exits with 143 by itself leaves too");
  EXPECT_EQ(verdict.killer, "");
}

TEST(ExplainInferred, AKillInAContainerThatEndedOtherwiseWasOfAChild) {
  InferredSources sources = Sources(0);
  sources.logs[0].kills = {KillIn(kScope, 300s)};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kChildKilled);
  EXPECT_TRUE(Holds(verdict.headline, "the container ended with status 0 5 min 0 s later"))
      << verdict.headline;
}

TEST(ExplainInferred, AKillLongBeforeAnEndBySigkillIsNotItsCause) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {KillIn(kScope, 300s)};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_TRUE(Holds(verdict.headline, "status 137 5 min 0 s later")) << verdict.headline;
}

TEST(ExplainInferred, AnotherContainersKillIsNotIts) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {KillIn("/system.slice/docker-" + kOther + ".scope")};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_EQ(verdict.killer, "");
  EXPECT_TRUE(Holds(verdict.headline, "not by the kernel's OOM killer: its log reaches back"))
      << verdict.headline;
}

TEST(ExplainInferred, ALogThatDoesNotReachBackRulesNothingOut) {
  InferredSources sources = Sources();
  sources.logs[0].since = kEnd - 30s;
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_TRUE(Holds(verdict.headline,
                    "whether the kernel's OOM killer did it is not known: its "
                    "log does not reach back so far"))
      << verdict.headline;
  EXPECT_TRUE(Holds(verdict.advice.at(1), "--kernel-log"));
  sources.logs[0].since = kEnd - 63s;
  EXPECT_TRUE(Holds(ExplainInferred(sources, kId).headline, "not by the kernel's OOM killer"));
}

TEST(ExplainInferred, ALogThatHasGapsRulesNothingOut) {
  InferredSources sources = Sources();
  sources.logs[0].losses = 1;
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_TRUE(Holds(verdict.headline, "is not known")) << verdict.headline;
  EXPECT_TRUE(Holds(VerdictText(verdict), "lines of it are missing in 1 place"));
}

TEST(ExplainInferred, AKillWithoutACgroupIsNeitherItsNorRuledOut) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {NamelessKill()};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_TRUE(Holds(verdict.headline, "is not known: its log has kills at that time"))
      << verdict.headline;
  ASSERT_NE(Labelled(verdict, "unclear"), nullptr);
  EXPECT_EQ(Labelled(verdict, "unclear")->evidence, "/dev/kmsg seq 700");
}

TEST(ExplainInferred, AKillAtItsEndInACgroupOfNobodyMayBeIts) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {KillIn("/user.slice/session-4.scope")};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_TRUE(Holds(verdict.headline, "is not known: its log has kills at that time"))
      << verdict.headline;
  ASSERT_NE(Labelled(verdict, "unclear"), nullptr);
  EXPECT_TRUE(Holds(Labelled(verdict, "unclear")->text, "in the cgroup /user.slice/session-4.sc"));
  sources.logs[0].kills = {KillIn("/user.slice/session-4.scope", 60s)};
  EXPECT_TRUE(Holds(ExplainInferred(sources, kId).headline, "not by the kernel's OOM killer"))
      << "long before its end";
  sources = Sources(0);
  sources.logs[0].kills = {KillIn("/user.slice/session-4.scope")};
  EXPECT_EQ(ExplainInferred(sources, kId).cause, Cause::kNotKilled) << "it did not end so";
}

TEST(ExplainInferred, ACgroupOfItsNameWithinAnotherContainerMayBeItsAndMayNot) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {KillIn("/system.slice/docker-" + kOther + ".scope/docker/" + kId, 300s)};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.killer, "");
  EXPECT_TRUE(Holds(verdict.headline, "is not known")) << verdict.headline;
}

TEST(ExplainInferred, WithoutAnyLogNothingIsRuledOut) {
  InferredSources sources = Sources();
  sources.logs[0] = {.unavailable = "it is root's", .kills = {}, .since = {}};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_TRUE(Holds(verdict.headline, "no log of the kernel can be read")) << verdict.headline;
  EXPECT_TRUE(Holds(VerdictText(verdict), "cannot be read: it is root's"));
}

TEST(ExplainInferred, AKillOfAnEarlierRunIsNotOfThisOne) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {KillIn(kScope, 1200s)};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.killer, "");
  EXPECT_TRUE(Holds(Labelled(verdict, "others")->text, "1 OOM kill in it in an earlier run"));
  sources.logs[0].kills.push_back(KillIn(kScope));
  EXPECT_TRUE(Holds(VerdictText(ExplainInferred(sources, kId)), "1 OOM kill in it in an earlier"));
}

TEST(ExplainInferred, DockersFlagIsNoVerdict) {
  InferredSources sources = Sources();
  sources.engine->oom_flag = true;
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_EQ(verdict.killer, "");
  EXPECT_TRUE(Holds(Labelled(verdict, "flag")->text, "does not tell what ended it"));
}

TEST(ExplainInferred, ACleanEndIsOne) {
  const Verdict verdict = ExplainInferred(Sources(0), kId);
  EXPECT_EQ(verdict.cause, Cause::kNotKilled);
  EXPECT_EQ(verdict.headline,
            "web (docker, shop/api:1.4) ended with status 0, 2025-11-21 03:12:44 UTC; the "
            "kernel's log has no OOM kill in a cgroup of its name");
  EXPECT_EQ(Labelled(verdict, "flag"), nullptr);
}

TEST(ExplainInferred, AStopThatTurnedIntoSigkillIsToldByTheEnginesOwnLine) {
  InferredSources sources = Sources();
  sources.remarks = {{.at = kEnd - 1s,
                      .speaker = "dockerd",
                      .text = "Container " + kId +
                              " failed to exit within 10s of signal 15 - "
                              "using the force"}};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kExternalSigkill);
  EXPECT_EQ(verdict.killer, "process");
  ASSERT_TRUE(verdict.killer_process.has_value());
  EXPECT_EQ(verdict.killer_process->comm, "dockerd");
  EXPECT_TRUE(Holds(VerdictJson(verdict), "\"pid\": null")) << "not known is not 0";
  EXPECT_EQ(Labelled(verdict, "journal")->evidence, "journal @1763694763.000000");
}

TEST(ExplainInferred, OthersWordsAndOtherTimesAreNotBelieved) {
  const std::string force = "Container " + kId + " failed to exit - using the force";
  for (const JournalRemark& remark :
       {JournalRemark{kEnd - 1s, "echo", force}, JournalRemark{kEnd - 700s, "dockerd", force},
        JournalRemark{kEnd - 301s, "dockerd", force}, JournalRemark{kEnd + 60s, "dockerd", force},
        JournalRemark{kEnd - 1s, "dockerd", "Container web failed - using the force"},
        JournalRemark{kEnd - 1s, "dockerd", kOther + " - using the force"}}) {
    InferredSources sources = Sources();
    sources.remarks = {remark};
    EXPECT_EQ(ExplainInferred(sources, kId).killer, "") << remark.speaker << remark.text;
  }
}

TEST(ExplainInferred, OomdIsAKillerOfItsOwn) {
  InferredSources sources = Sources();
  sources.remarks = {{.at = kEnd - 1s,
                      .speaker = "systemd-oomd",
                      .text = "Killed " + kScope + " due to memory pressure for /system.slice"}};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kUserspaceKiller);
  EXPECT_EQ(verdict.killer, "process");
  ASSERT_TRUE(verdict.killer_process.has_value());
  EXPECT_EQ(verdict.killer_process->comm, "systemd-oomd");
}

/// A container of which systemd-oomd says, a second before its end, that it killed `cgroup`.
InferredSources KilledByOomd(const std::string& cgroup, int status = 137) {
  InferredSources sources = Sources(status);
  sources.remarks = {{.at = kEnd - 1s,
                      .speaker = "systemd-oomd",
                      .text = "Killed " + cgroup + " due to swap used (7.8G) / total (8.0G)"}};
  return sources;
}

void ExpectNoOomdKill(const InferredSources& sources, std::string_view what) {
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.killer, "") << what;
  EXPECT_NE(verdict.cause, Cause::kUserspaceKiller) << what;
  EXPECT_NE(verdict.cause, Cause::kNotKilled) << what << ": somebody killed something";
  EXPECT_FALSE(Holds(verdict.headline, "systemd-oomd")) << verdict.headline;
  ASSERT_NE(Labelled(verdict, "journal"), nullptr) << what;
}

TEST(ExplainInferred, OomdsKillOfACgroupInsideItIsNotItsEnd) {
  ExpectNoOomdKill(KilledByOomd(kScope + "/x.service"), "a unit of a systemd inside");
  ExpectNoOomdKill(KilledByOomd(kScope + "/kubelet.slice/pod1.slice/x.scope"), "a nested engine's");
  ExpectNoOomdKill(KilledByOomd(kScope + "/container/x.service"), "below what crun makes");
  ExpectNoOomdKill(KilledByOomd("/docker/" + kId + "/container"),
                   "crun makes none without systemd");
  InferredSources sources = KilledByOomd(kScope + "/x.service");
  EXPECT_EQ(Labelled(ExplainInferred(sources, kId), "journal")->text,
            "systemd-oomd says that systemd-oomd killed a cgroup inside it, 2025-11-21 03:12:43 "
            "UTC");
  sources.remarks.resize(9, sources.remarks[0]);
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(std::ranges::count(verdict.statements, "journal", &Statement::label), 1)
      << "what else was said has to find its place";
}

TEST(ExplainInferred, OomdDidNotKillWhatRunsOrEndedOtherwiseOrLater) {
  InferredSources runs = KilledByOomd(kScope);
  runs.engine->running = true;
  runs.engine->exit_code.reset();
  runs.engine->finished.reset();
  ExpectNoOomdKill(runs, "it runs");
  ExpectNoOomdKill(KilledByOomd(kScope, 0), "a clean end");
  ExpectNoOomdKill(KilledByOomd(kScope, 1), "an error of its own");
  InferredSources later = KilledByOomd(kScope);
  later.engine->started = kEnd - 60000s;
  later.remarks[0].at = kEnd - 50000s;
  ExpectNoOomdKill(later, "hours before its end");
}

TEST(ExplainInferred, OomdsKillOfWhatCrunMakesBelowTheScopeIsOfTheContainer) {
  const std::string podman = "/machine.slice/libpod-" + kId + ".scope/container";
  EXPECT_EQ(ExplainInferred(KilledByOomd(podman), kId).cause, Cause::kUserspaceKiller);
  EXPECT_EQ(ExplainInferred(KilledByOomd("/docker/" + kId), kId).cause, Cause::kUserspaceKiller);
}

TEST(ExplainInferred, WhereNoEndIsKnownOomdsKillIsToldWithItsTime) {
  InferredSources sources = KilledByOomd(kScope);
  sources.engine.reset();
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kUserspaceKiller);
  EXPECT_EQ(verdict.headline,
            "web is not known here; systemd-oomd killed it, 2025-11-21 03:12:43 UTC");
}

std::vector<ContainerLine> Said(const std::string& text, WallTime at) {
  return {{.stamp = ToIso8601(at), .at = at, .stream = "stderr", .text = text}};
}

TEST(ExplainInferred, ItsOwnLastWordsAreQuotedAndProveNothing) {
  InferredSources sources = Sources();
  sources.log_lines = Said("  what():  std::bad_alloc", kEnd - 1s);
  const Verdict verdict = ExplainInferred(sources, kId);
  ASSERT_NE(Labelled(verdict, "said last"), nullptr);
  EXPECT_EQ(Labelled(verdict, "said last")->text, "\"what():  std::bad_alloc\"");
  EXPECT_EQ(Labelled(verdict, "said last")->evidence, "container log 2025-11-21T03:12:43.000Z");
  EXPECT_EQ(verdict.cause, Cause::kUnknown) << "status 137 is no failed allocation";
}

TEST(ExplainInferred, AnErrorRightBehindAFailedAllocationIsOne) {
  InferredSources sources = Sources(134);
  sources.log_lines = Said("std::bad_alloc", kEnd - 1s);
  EXPECT_EQ(ExplainInferred(sources, kId).cause, Cause::kAllocFailed);
  sources.log_lines = Said("No space left on device", kEnd - 1s);
  EXPECT_EQ(ExplainInferred(sources, kId).cause, Cause::kNotKilled);
  sources.log_lines = Said("std::bad_alloc", kEnd - 60s);
  EXPECT_EQ(ExplainInferred(sources, kId).cause, Cause::kNotKilled) << "long before its end";
  sources = Sources(0);
  sources.log_lines = Said("std::bad_alloc", kEnd - 1s);
  EXPECT_EQ(ExplainInferred(sources, kId).cause, Cause::kNotKilled);
  sources = Sources(134);
  sources.log_lines = Said("std::bad_alloc", kEnd - 1s);
  sources.logs[0].since = kEnd - 30s;
  EXPECT_EQ(ExplainInferred(sources, kId).cause, Cause::kUnknown) << "a kill may be forgotten";
}

TEST(ExplainInferred, WhatRunsIsSaidTo) {
  InferredSources sources = Sources();
  sources.engine->running = true;
  sources.engine->exit_code.reset();
  sources.engine->finished.reset();
  EXPECT_TRUE(Holds(ExplainInferred(sources, kId).headline, "is running; the kernel's log has no"));
  sources.logs[0].kills = {KillIn(kScope)};
  EXPECT_TRUE(Holds(ExplainInferred(sources, kId).headline, "; the container runs on"));
}

TEST(ExplainInferred, WhatRunsAgainIsToldWhyItHadTo) {
  InferredSources sources = Sources();
  sources.engine->running = true;
  sources.engine->oom_flag = true;
  sources.engine->exit_code.reset();
  sources.engine->finished.reset();
  sources.logs[0].kills = {KillIn(kScope, 1500s), KillIn(kScope, 1200s)};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kLimitAnon) << "that it runs says nothing of the run before";
  EXPECT_EQ(verdict.killer, "kernel");
  EXPECT_TRUE(Holds(verdict.headline,
                    "02:52:44 UTC; the container runs since 2025-11-21 "
                    "03:02:44 UTC"))
      << verdict.headline;
  EXPECT_EQ(Labelled(verdict, "flag"), nullptr);
  EXPECT_EQ(Labelled(verdict, "others")->text,
            "1 OOM kill in it before this one, the first 2025-11-21 02:47:44 UTC");
}

TEST(ExplainInferred, OfACgroupAloneItSaysThatItIsOfThatName) {
  InferredSources sources{.subject = "job", .engine = {}, .ended = {}};
  sources.logs.push_back({.unavailable = "", .kills = {KillIn("/user.slice/job")}, .since = kEnd});
  const Verdict verdict = ExplainInferred(sources, "job");
  EXPECT_TRUE(Holds(verdict.headline, "pid 4321 eat in a cgroup of that name, /user.slice/job"))
      << verdict.headline;
}

TEST(ExplainInferred, TheJournalIsAskedWhereTheRingHasForgotten) {
  InferredSources sources = Sources();
  sources.logs[0].since = kEnd + 60s;
  sources.logs.push_back({.source = LogView::Source::kJournal,
                          .unavailable = "",
                          .kills = {KillIn(kScope)},
                          .since = kEnd - 700s,
                          .slack = 2s});
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.killer, "kernel");
  EXPECT_TRUE(Labelled(verdict, "victim")->evidence.starts_with("journal @")) << "cited as such";
}

TEST(ExplainInferred, NamesAreEscaped) {
  InferredSources sources = Sources();
  sources.engine->name = "\x1b[2Jweb";
  sources.engine->error = "\x1b[2J";
  sources.logs[0].unavailable = "\x1b[2J";
  EXPECT_FALSE(Holds(VerdictText(ExplainInferred(sources, kId)), "\x1b"));
}

/// A kill in `cgroup` on cgroup v1 at the limit of `memcg`, and what memory and swap together may
/// be.
LogKill KillOnV1(const std::string& cgroup, const std::string& memcg, std::uint64_t both_kb) {
  std::string log = OomLog({.oom_memcg = memcg, .task_memcg = cgroup});
  const std::string line = "memory: usage 61152kB, limit 65536kB, failcnt 19\n";
  log.replace(log.find(line), line.size(),
              fmt::format("memory: usage 65536kB, limit 65536kB, failcnt 19\n"
                          "6,7010,1000000000,-;memory+swap: usage 65536kB, limit {}kB, "
                          "failcnt 3\n",
                          both_kb));
  return {.event = ParseOomLog(log).at(0), .at = kEnd - 300ms};
}

TEST(ExplainInferred, AKillOnCgroupV1IsToldInTheWordsOfV1) {
  InferredSources sources = Sources();
  const std::string cgroup = "/docker/" + kId;
  const auto text = [&](std::uint64_t both_kb) {
    sources.logs[0].kills = {KillOnV1(cgroup, cgroup, both_kb)};
    return VerdictText(ExplainInferred(sources, kId));
  };
  const std::string none = text(65536);
  EXPECT_TRUE(Holds(none, "memory.limit_in_bytes")) << none;
  EXPECT_FALSE(Holds(none, "memory.max")) << none;
  EXPECT_TRUE(Holds(none, "--memory 128m --memory-swap 128m")) << none;
  EXPECT_TRUE(Holds(text(98304), "--memory 128m --memory-swap 160m")) << text(98304);
  EXPECT_TRUE(Holds(text(9007199254740988), "--memory 128m --memory-swap -1"))
      << text(9007199254740988);
}

TEST(ExplainInferred, ALimitAboveItOnCgroupV1IsRaisedWhereV1HasIt) {
  InferredSources sources = Sources();
  sources.logs[0].kills = {KillOnV1("/jobs/docker/" + kId, "/jobs", 65536)};
  const Verdict verdict = ExplainInferred(sources, kId);
  EXPECT_EQ(verdict.cause, Cause::kAncestorLimit);
  EXPECT_TRUE(Holds(VerdictText(verdict), "/sys/fs/cgroup/memory/jobs/memory.limit_in_bytes"))
      << VerdictText(verdict);
}

TEST(FindKillsOf, AGroupKillAboveContainersIsNobodysInParticular) {
  InferredSources sources = Sources();
  LogKill kill = KillIn("/kubepods/burstable/pod1/" + kOther);
  kill.event.group_kill = true;
  kill.event.group_memcg = "/kubepods/burstable/pod1";
  sources.logs[0].kills = {kill};
  EXPECT_EQ(FindKillsOf(sources, kId).unplaced.size(), 1U);
  sources.logs[0].kills[0].event.group_memcg = "/kubepods/burstable/pod1/" + kOther;
  EXPECT_TRUE(FindKillsOf(sources, kId).unplaced.empty());
}

TEST(ContainersInLogs, SeveralOfOneBeginningAreSeveral) {
  const std::string near = kId.substr(0, 59) + "c0123";
  std::vector<LogView> logs = {
      {.unavailable = "", .kills = {KillIn(kScope), KillIn(kScope)}, .since = {}}};
  EXPECT_EQ(ContainersInLogs(logs, kId.substr(0, 12)).size(), 1U);
  logs[0].kills.push_back(KillIn("/docker/" + near));
  EXPECT_EQ(ContainersInLogs(logs, kId.substr(0, 12)).size(), 2U);
  logs[0].kills = {KillIn("/a/job"), KillIn("/b/job")};
  EXPECT_EQ(ContainersInLogs(logs, "job").size(), 2U) << "two cgroups of a name are two";
  EXPECT_TRUE(ContainersInLogs(logs, "jo").empty());
}

TEST(LogStatements, AddTheLogsViewToAKnownEnd) {
  InferredSources sources{.subject = "web", .engine = {}, .ended = kEnd};
  sources.logs.push_back({.unavailable = "", .kills = {KillIn(kScope)}, .since = kEnd - 3600s});
  EXPECT_EQ(LogStatements(sources, kId).at(0).text,
            "pid 4321 eat, 2025-11-21 03:12:43 UTC, in a cgroup of that name, by the kernel's OOM "
            "killer");
  sources.logs[0].kills.clear();
  EXPECT_EQ(LogStatements(sources, kId).at(0).text,
            "has no OOM kill in a cgroup of its name at its end");
  sources.logs[0].since = kEnd;
  EXPECT_TRUE(LogStatements(sources, kId).at(0).text.starts_with("reaches back to"));
}

}  // namespace
}  // namespace headroom
