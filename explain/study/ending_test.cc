#include "explain/study/ending.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "explain/testing/cases.h"
#include "explain/testing/killed_cases.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Verdict VerdictOf(const EvidenceBuilder& builder) { return Explain(builder.Build()); }

TEST(Ending, ASigkillOfAProcessIsExternalAndNamesIt) {
  const Verdict verdict = VerdictOf(KilledByAShell());
  EXPECT_EQ(verdict.cause, Cause::kExternalSigkill);
  EXPECT_EQ(verdict.confidence, Confidence::kObserved);
  EXPECT_EQ(verdict.killer, "process");
  ASSERT_TRUE(verdict.killer_process.has_value());
  EXPECT_EQ(verdict.killer_process->pid, 505);
  EXPECT_EQ(verdict.killer_process->unit, "session-4.scope");
  const auto json = ParseJsonObject(VerdictJson(verdict), "summary.json");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ((*json)["exit"]["signal"], 9);
  EXPECT_EQ((*json)["killer_process"]["comm"], "bash");
  EXPECT_TRUE((*json)["killer_process"]["via"].is_null());
}

TEST(Ending, TheGracePeriodIsFromTheSameHandAlone) {
  EXPECT_NE(VerdictOf(StoppedAfterGrace()).headline.find("SIGKILL 10 s later, via runc"),
            std::string::npos);
  SignalRecord record;
  record.signals = {Sent(SIGTERM, kKilledAt - 10s, Sender(505, "bash", "/bin/bash", "a.scope")),
                    Sent(SIGKILL, kKilledAt, Sender(506, "python3", "/bin/python3", "b.service"))};
  const Verdict verdict = VerdictOf(Killed(BySignal(SIGKILL), record));
  EXPECT_EQ(verdict.headline.find("SIGTERM"), std::string::npos) << verdict.headline;
}

/// The texts of all statements with that label, a line each.
std::string Said(const Verdict& verdict, const std::string& label) {
  std::string text;
  for (const Statement& statement : verdict.statements) {
    if (statement.label == label) text += statement.text + "\n";
  }
  return text;
}

TEST(Ending, ASigtermOfLongAgoAskedForSomethingElse) {
  const SignalSender bash = Sender(505, "bash", "/bin/bash", "a.scope");
  SignalRecord record;
  record.signals = {Sent(SIGTERM, kKilledAt - 601s, bash), Sent(SIGKILL, kKilledAt, bash)};
  EXPECT_FALSE(VerdictOf(Killed(BySignal(SIGKILL), record)).headline.contains("SIGTERM"));
  record.signals[0].at = kKilledAt - 600s;
  EXPECT_TRUE(VerdictOf(Killed(BySignal(SIGKILL), record)).headline.contains("SIGTERM"));
}

TEST(Ending, AMemoryKillerThatBeganWithSigtermIsNotToBeGivenTime) {
  const SignalSender earlyoom = Sender(300, "earlyoom", "/usr/bin/earlyoom", "earlyoom.service");
  SignalRecord record;
  record.signals = {Sent(SIGTERM, kKilledAt - 5s, earlyoom), Sent(SIGKILL, kKilledAt, earlyoom)};
  const Verdict verdict = VerdictOf(Killed(BySignal(SIGKILL), record));
  EXPECT_EQ(verdict.cause, Cause::kUserspaceKiller);
  EXPECT_EQ(Said(verdict, "asked"), "");
  ASSERT_FALSE(verdict.advice.empty());
  EXPECT_TRUE(verdict.advice[0].starts_with("earlyoom kills when")) << verdict.advice[0];
}

/// Images name SIGQUIT or SIGINT as their stop signal: nginx, postgres.
TEST(Ending, WithoutASigtermItIsNotSaidThatNobodyAsked) {
  SignalSender runc;
  runc.process = {.pid = 533, .comm = "runc", .exe = ""};
  SentSignal kill = Sent(SIGKILL, kKilledAt, runc);
  kill.via = "runc";
  const auto said = [&](SignalRecord record) {
    record.signals = {kill};
    return Said(VerdictOf(Killed(BySignal(SIGKILL), record)), "asked");
  };
  EXPECT_EQ(said({}),
            "no SIGTERM from there was seen before (a stop signal of another kind would not be "
            "seen)\n");
  EXPECT_EQ(said({.dropped = 1}), "") << "it may be among them";
  EXPECT_EQ(said({.lost = 1}), "");
}

EvidenceBuilder UnseenOf(Incident incident, const char* why_no_log) {
  EvidenceBuilder builder;
  builder.Kind(BundleKind::kKilled)
      .Record(incident)
      .Missing("kernel/signals.json", Outcome::kUnavailable, "no tracefs is mounted");
  if (why_no_log != nullptr) {
    builder.Missing("kernel/oom.log", Outcome::kUnavailable, why_no_log);
  }
  return builder;
}

TEST(Ending, TheHeadlineRulesTheOomKillerOutOnlyWhereItIsRuledOut) {
  const auto rules_out = [](const Incident& incident, const char* why_no_log) {
    return VerdictOf(UnseenOf(incident, why_no_log)).headline.contains("not by the OOM killer");
  };
  const char* whole = "the kernel's log has no kill by the OOM killer here";
  Incident incident = EndIncident(BySignal(SIGKILL));
  EXPECT_TRUE(rules_out(incident, nullptr));
  incident.levels[0].removed = true;
  EXPECT_FALSE(rules_out(incident, nullptr)) << "a kill may have come after the last reading";
  EXPECT_TRUE(rules_out(incident, whole));
  EXPECT_FALSE(rules_out(incident, "the kernel's log, as far as it was read, has no kill"));
  incident.levels[0].removed = false;
  incident.levels[0].events.oom_kill.reset();
  EXPECT_FALSE(rules_out(incident, whole)) << "not counted is not zero";
}

/// A shell's SIGKILL of a container whose memory was so many MiB of 64.
std::string AdviceAt(std::uint64_t mebibytes, std::chrono::nanoseconds before = 3s,
                     const char* host = "MemTotal: 8000000 kB\n") {
  Recording recording;
  Sample sample;
  sample.at = kKilledAt - before;
  sample.current = Mebibytes(mebibytes);
  recording.samples.push_back(sample);
  EvidenceBuilder builder;
  builder.Kind(BundleKind::kKilled)
      .Record(EndIncident(BySignal(SIGKILL)))
      .Record(recording)
      .File("host/meminfo", host)
      .File("kernel/signals.json",
            SerializeSignals({.signals = {Sent(SIGKILL, kKilledAt,
                                               Sender(505, "bash", "/bin/bash", "a.scope"))}}));
  const Verdict verdict = VerdictOf(builder);
  return verdict.advice.empty() ? "" : verdict.advice[0];
}

TEST(Ending, ThatNothingPointsToMemoryIsSaidOnlyWhereItsMemoryIsKnown) {
  const std::string nothing =
      "Find out why pid 505 bash sent it: nothing that was recorded points to memory.";
  const std::string plain = "Find out why pid 505 bash sent it.";
  EXPECT_EQ(AdviceAt(12), nothing);
  EXPECT_EQ(AdviceAt(51), nothing);
  EXPECT_EQ(AdviceAt(52), "Find out why pid 505 bash sent it: it was at 81 % of its limit.");
  EXPECT_EQ(AdviceAt(62), "Find out why pid 505 bash sent it: it was at 97 % of its limit.");
  EXPECT_EQ(AdviceAt(12, 6s), plain) << "what was charged later is not known";
  EXPECT_EQ(AdviceAt(12, 3s, "MemTotal: 64000000 kB\n"), plain) << "the host had little left";
  EXPECT_EQ(AdviceAt(12, 3s, ""), plain);
}

TEST(Ending, OneThatWasNotLookedAtIsNamedByNobodyButItself) {
  SentSignal kill = Sent(SIGKILL, kKilledAt, Sender(505, "crun", "", ""));
  kill.sender->seen = false;
  const Verdict verdict = VerdictOf(Killed(BySignal(SIGKILL), {.signals = {kill}}));
  EXPECT_NE(verdict.headline.find("by pid 505, which calls itself crun"), std::string::npos)
      << verdict.headline;
}

TEST(Ending, AnInitWithoutAHandlerIsToldOfIt) {
  const Verdict verdict = VerdictOf(StoppedAfterGrace("ignored"));
  EXPECT_TRUE(verdict.advice_now.empty()) << "no time would be long enough";
  ASSERT_FALSE(verdict.advice_cure.empty());
  EXPECT_NE(verdict.advice_cure[0].find("no handler for SIGTERM"), std::string::npos);
}

TEST(Ending, AProgramThatOnlyCallsItselfAKillerIsNone) {
  SignalRecord record;
  record.signals = {
      Sent(SIGKILL, kKilledAt, Sender(505, "earlyoom", "/tmp/other", "session-4.scope"))};
  EXPECT_EQ(VerdictOf(Killed(BySignal(SIGKILL), record)).cause, Cause::kExternalSigkill);
  record.signals[0].sender->process.exe = "/usr/bin/earlyoom";
  EXPECT_EQ(VerdictOf(Killed(BySignal(SIGKILL), record)).cause, Cause::kUserspaceKiller);
}

TEST(Ending, WithoutASenderTheMarkOfOomdTellsAndIsAConclusion) {
  const SignalRecord record{.oomd = {{.cgroup = kCgroup, .kills = 1, .ooms = 1}}};
  const Verdict verdict = VerdictOf(Killed(BySignal(SIGKILL), record));
  EXPECT_EQ(verdict.cause, Cause::kUserspaceKiller);
  EXPECT_EQ(verdict.confidence, Confidence::kInferred);
  const SignalRecord above{.oomd = {{.cgroup = "/box.slice", .kills = 1, .ooms = 1}}};
  EXPECT_EQ(VerdictOf(Killed(BySignal(SIGKILL), above)).cause, Cause::kUnknown)
      << "it may have killed a sibling";
}

TEST(Ending, AnUnseenSenderIsUnknownAndNotConfident) {
  const Verdict verdict = VerdictOf(KilledUnseen());
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_EQ(verdict.confidence, Confidence::kInferred);
  EXPECT_EQ(verdict.killer, "");
  EXPECT_FALSE(verdict.killer_process.has_value());
}

TEST(Ending, AStatusOf137WithoutASignalIsNoKill) {
  EXPECT_EQ(VerdictOf(EndedByItself()).cause, Cause::kNotKilled);
  SignalRecord partial;
  partial.lost = 3;
  EXPECT_EQ(VerdictOf(Killed(WithCode(137), partial)).cause, Cause::kUnknown)
      << "what was lost may have been it";
}

TEST(Ending, AChildThatWasKilledLongBeforeIsNotItsReason) {
  SignalRecord record;
  SentSignal kill = Sent(SIGKILL, kKilledAt - 60s, Sender(505, "bash", "/bin/bash", "a.scope"));
  kill.target = 4400;
  record.signals = {kill};
  EXPECT_EQ(VerdictOf(Killed(WithCode(137), record)).cause, Cause::kNotKilled);
  record.signals[0].at = kKilledAt - 1s;
  EXPECT_EQ(VerdictOf(Killed(WithCode(137), record)).cause, Cause::kExternalSigkill);
}

TEST(Ending, AFullShmExplainsASigbusAndNothingElseDoes) {
  EXPECT_EQ(VerdictOf(ShmWasFullAtSigbus()).cause, Cause::kShmFull);
  SentSignal fault = Sent(SIGBUS, kKilledAt, std::nullopt);
  EXPECT_EQ(VerdictOf(Killed(BySignal(SIGBUS), {.signals = {fault}})).cause, Cause::kUnknown);
}

TEST(Ending, OfAnOomKillHasTheExitInItsHeadline) {
  Incident incident = OwnLimitIncident();
  incident.init_exit = InitExit{.status = BySignal(SIGKILL), .source = "pidfd"};
  EvidenceBuilder builder;
  builder.Record(incident).File("kernel/oom.log", OomLog({}));
  const Verdict verdict = VerdictOf(builder);
  EXPECT_NE(verdict.headline.find("UTC, exit 137"), std::string::npos) << verdict.headline;
  EXPECT_EQ(verdict.killer, "kernel");
  EXPECT_EQ(verdict.exit, BySignal(SIGKILL));
}

TEST(Ending, AnotherKillerBesideTheOomKillerIsNotMixedUp) {
  EvidenceBuilder builder;
  SentSignal kill = Sent(SIGKILL, kKilledAt - 1s,
                         Sender(300, "earlyoom", "/usr/bin/earlyoom", "earlyoom.service"));
  kill.target = 4400;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog({}))
      .File("kernel/signals.json", SerializeSignals({.signals = {kill}}));
  const Verdict verdict = VerdictOf(builder);
  EXPECT_EQ(verdict.killer, "kernel");
  EXPECT_FALSE(verdict.killer_process.has_value());
  EXPECT_TRUE(std::ranges::any_of(verdict.statements, [](const Statement& statement) {
    return statement.label == "note" && statement.text.find("earlyoom") != std::string::npos;
  }));
}

TEST(Ending, AKillerIsBelievedOnlyWhereNobodyElseCanCallHimselfThat) {
  const auto cause = [](const auto& change) {
    SignalSender sender = Sender(505, "earlyoom", "/usr/bin/earlyoom", "earlyoom.service");
    change(sender);
    return VerdictOf(Killed(BySignal(SIGKILL), {.signals = {Sent(SIGKILL, kKilledAt, sender)}}))
        .cause;
  };
  const auto started_by_hand = [](SignalSender& s) {
    s.unit = "session-4.scope";
    s.cgroup = "/user.slice/user-0.slice/session-4.scope";
  };
  EXPECT_EQ(cause([](SignalSender&) {}), Cause::kUserspaceKiller);
  EXPECT_EQ(cause(started_by_hand), Cause::kUserspaceKiller);
  for (const std::optional<bool> of_host : {std::optional(false), std::optional<bool>()}) {
    EXPECT_EQ(cause([&](SignalSender& s) {
                started_by_hand(s);
                s.of_host = of_host;
              }),
              Cause::kExternalSigkill);
    EXPECT_EQ(cause([&](SignalSender& s) {
                s.cgroup += "/libpod-payload-4f";
                s.of_host = of_host;
              }),
              Cause::kExternalSigkill)
        << "a container below it is not the service";
  }
  EXPECT_EQ(cause([](SignalSender& s) { s.seen = false; }), Cause::kExternalSigkill);
  EXPECT_EQ(cause([](SignalSender& s) { s.cgroup = kCgroup; }), Cause::kExternalSigkill);
}

/// As Debian's units run them: ProtectSystem=strict gives each a mount namespace of its own.
TEST(Ending, AKillersServiceIsBelievedInAMountNamespaceOfItsOwn) {
  for (const std::string name : {"earlyoom", "systemd-oomd"}) {
    SignalSender sender = Sender(505, name, "/usr/bin/" + name, name + ".service");
    sender.of_host = false;
    const Verdict verdict =
        VerdictOf(Killed(BySignal(SIGKILL), {.signals = {Sent(SIGKILL, kKilledAt, sender)}}));
    EXPECT_EQ(verdict.cause, Cause::kUserspaceKiller) << name;
    EXPECT_TRUE(verdict.headline.contains("was killed by " + name)) << verdict.headline;
  }
}

TEST(Ending, AnEvictionIsInferredAndTellsItsResource) {
  const Verdict memory = VerdictOf(EvictedPod());
  EXPECT_EQ(memory.cause, Cause::kEvicted);
  EXPECT_EQ(memory.confidence, Confidence::kInferred);
  EXPECT_TRUE(memory.headline.contains("was evicted by the kubelet to reclaim memory"))
      << memory.headline;
  EXPECT_TRUE(Said(memory, "asked").contains("grace period")) << "SIGTERM came before";
  const Verdict disk = VerdictOf(EvictedPod(kEvictedLine, "ephemeral-storage"));
  EXPECT_TRUE(disk.headline.contains("ephemeral-storage (disk, not memory)")) << disk.headline;
  ASSERT_FALSE(disk.advice_cure.empty());
  EXPECT_TRUE(disk.advice_cure[0].starts_with("It was about disk, not memory"));
}

TEST(Ending, OnlyThePodOfExactlyThatNameWasEvicted) {
  EXPECT_EQ(VerdictOf(EvictedPod(kEvictedLine, "memory", "web-0")).cause, Cause::kExternalSigkill);
  EXPECT_EQ(VerdictOf(EvictedPod(kEvictedLine, "memory", "we")).cause, Cause::kExternalSigkill);
  EvidenceBuilder no_pod = EvictedPod();
  no_pod.container().pod.reset();
  EXPECT_EQ(VerdictOf(no_pod).cause, Cause::kExternalSigkill);
}

TEST(Ending, WhoIsCalledNeitherEngineNorRuntimeIsNotTheKubelet) {
  const auto cause = [](std::optional<SignalSender> sender, int signal = SIGKILL) {
    const SignalRecord record{.signals = {Sent(signal, kKilledAt, std::move(sender))}};
    return VerdictOf(WithKubelet(Killed(BySignal(signal), record), kEvictedLine)).cause;
  };
  SignalSender unseen = Sender(505, "runc", "", "");
  unseen.seen = false;
  EXPECT_EQ(cause(unseen), Cause::kEvicted);
  SignalSender ending = Sender(505, "runc", "", "containerd.service");
  ending.of_host.reset();
  EXPECT_EQ(cause(ending), Cause::kEvicted) << "it ended as it was looked at";
  ending.of_host = false;
  EXPECT_EQ(cause(ending), Cause::kExternalSigkill) << "of a container";
  EXPECT_EQ(cause(Sender(505, "crio", "/usr/bin/crio", "crio.service")), Cause::kEvicted);
  unseen.process.comm = "bash";
  EXPECT_EQ(cause(unseen), Cause::kExternalSigkill);
  EXPECT_EQ(cause(Sender(505, "bash", "/bin/bash", "a.scope")), Cause::kExternalSigkill);
  EXPECT_EQ(cause(Sender(505, "earlyoom", "/usr/bin/earlyoom", "earlyoom.service")),
            Cause::kUserspaceKiller);
  EXPECT_NE(cause(std::nullopt), Cause::kEvicted) << "the kernel itself";
  EXPECT_NE(cause(unseen, SIGABRT), Cause::kEvicted);
}

TEST(Ending, AStatusAfterAnOomKillIsNeverNobodysDoing) {
  EvidenceBuilder counted = EndedByItself();
  Incident incident = EndIncident(WithCode(137));
  incident.oom_kill_from = incident.oom_kill_to = 1;
  counted.Record(incident);
  const auto is_clean = [](const Verdict& verdict) {
    return verdict.cause == Cause::kUnknown &&
           std::ranges::none_of(verdict.statements, [](const Statement& statement) {
             return statement.text.find("no kill was counted") != std::string::npos;
           });
  };
  EXPECT_TRUE(is_clean(VerdictOf(counted)));
  EXPECT_TRUE(is_clean(VerdictOf(Killed(WithCode(137), {.oom_victims = {4400}}))));
}

}  // namespace
}  // namespace headroom
