#include "explain/study/alloc_failure.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "explain/testing/cases.h"
#include "explain/testing/killed_cases.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Verdict VerdictOf(const EvidenceBuilder& builder) { return Explain(builder.Build()); }

const Statement* FindLabel(const Verdict& verdict, std::string_view label) {
  const auto found = std::ranges::find(verdict.statements, label, &Statement::label);
  return found == verdict.statements.end() ? nullptr : &*found;
}

/// abort(3) of the init, and nothing else.
EvidenceBuilder Aborted() {
  SignalSender self = Sender(kInit, "serve", "/app/serve", "");
  self.cgroup = kCgroup;
  return Killed(BySignal(SIGABRT), {.signals = {Sent(SIGABRT, kKilledAt, self)}});
}

TEST(AllocFailure, AnAbortBehindWordsOfAFailedAllocationIsOneAndIsAConclusion) {
  const Verdict verdict = VerdictOf(AbortedWithoutMemory());
  EXPECT_EQ(verdict.cause, Cause::kAllocFailed);
  EXPECT_EQ(verdict.confidence, Confidence::kInferred) << "anybody can print those words";
  EXPECT_EQ(verdict.killer, "") << "nobody killed it";
  EXPECT_FALSE(verdict.killer_process.has_value());
  const Statement* said = FindLabel(verdict, "said last");
  ASSERT_NE(said, nullptr);
  EXPECT_EQ(said->text, "\"terminate called after throwing an instance of 'std::bad_alloc'\"");
  EXPECT_TRUE(said->evidence.starts_with("container/log.txt:")) << said->evidence;
}

TEST(AllocFailure, IsCitedByTheLineOfTheFileThatHasTheWords) {
  const EvidenceBuilder builder = AbortedWithoutMemory();
  const Verdict verdict = VerdictOf(builder);
  const Evidence evidence = builder.Build();
  std::string_view rest = *evidence.File("container/log.txt");
  std::size_t number = 1;
  while (rest.substr(0, rest.find('\n')).find("std::bad_alloc") == std::string_view::npos) {
    rest.remove_prefix(rest.find('\n') + 1);
    ++number;
  }
  EXPECT_EQ(FindLabel(verdict, "said last")->evidence,
            "container/log.txt:" + std::to_string(number));
}

TEST(AllocFailure, AnAbortAloneIsNone) {
  EXPECT_EQ(VerdictOf(Aborted()).cause, Cause::kUnknown);
  EXPECT_EQ(VerdictOf(AbortedWithoutMemory(200ms, "assertion failed: x > 0")).cause,
            Cause::kUnknown);
  const Verdict disk = VerdictOf(AbortedWithoutMemory(200ms, "write: No space left on device"));
  EXPECT_EQ(disk.cause, Cause::kUnknown) << "a full disk is no memory that was refused";
  EXPECT_NE(FindLabel(disk, "said last"), nullptr);
}

TEST(AllocFailure, WordsOfLongBeforeAreNoReason) {
  EXPECT_EQ(VerdictOf(AbortedWithoutMemory(10s)).cause, Cause::kAllocFailed) << "the boundary";
  EXPECT_EQ(VerdictOf(AbortedWithoutMemory(11s)).cause, Cause::kUnknown);
  EXPECT_NE(FindLabel(VerdictOf(AbortedWithoutMemory(59s)), "said last"), nullptr);
  EXPECT_EQ(FindLabel(VerdictOf(AbortedWithoutMemory(61s)), "said last"), nullptr);
}

TEST(AllocFailure, ASigabrtOfSomebodyElseIsNone) {
  EvidenceBuilder builder = AbortedWithoutMemory();
  SignalRecord record;
  record.signals = {Sent(SIGABRT, kKilledAt, Sender(505, "bash", "/usr/bin/bash", "a.scope"))};
  EvidenceBuilder sent = Killed(BySignal(SIGABRT), record);
  sent.File("container/log.txt", *builder.Build().File("container/log.txt"));
  EXPECT_EQ(VerdictOf(sent).cause, Cause::kUnknown);
}

TEST(AllocFailure, ASigkillIsNoneWhateverItSaid) {
  EvidenceBuilder killed = KilledByAShell();
  killed.File("container/log.txt", *AbortedWithoutMemory().Build().File("container/log.txt"));
  EXPECT_EQ(VerdictOf(killed).cause, Cause::kExternalSigkill);
  EXPECT_NE(FindLabel(VerdictOf(killed), "said last"), nullptr) << "it said so all the same";
}

TEST(AllocFailure, AStatusOf134TellsOfAChildThatAborted) {
  EvidenceBuilder builder = Killed(WithCode(134), {});
  builder.File("container/log.txt", *AbortedWithoutMemory().Build().File("container/log.txt"));
  EXPECT_EQ(VerdictOf(builder).cause, Cause::kAllocFailed);
  EXPECT_EQ(VerdictOf(Killed(WithCode(134), {})).cause, Cause::kNotKilled) << "as any other status";
}

EvidenceBuilder Overcommitted(const std::string& mode, int committed_kb) {
  return Aborted()
      .File("host/sysctl.json", "{\n  \"vm.overcommit_memory\": \"" + mode + "\"\n}\n")
      .File("host/meminfo", "MemTotal: 2000 kB\nCommitLimit:    1000 kB\nCommitted_AS:   " +
                                std::to_string(committed_kb) + " kB\n");
}

TEST(AllocFailure, AHostThatPromisesNoMoreIsEvidenceOnlyWithOvercommitMemory2) {
  const Verdict verdict = VerdictOf(Overcommitted("2", 950));
  EXPECT_EQ(verdict.cause, Cause::kAllocFailed);
  ASSERT_NE(FindLabel(verdict, "limit"), nullptr);
  EXPECT_EQ(FindLabel(verdict, "limit")->evidence, "host/meminfo:3");
  EXPECT_EQ(VerdictOf(Overcommitted("2", 899)).cause, Cause::kUnknown);
  EXPECT_EQ(VerdictOf(Overcommitted("0", 950)).cause, Cause::kUnknown);
  EXPECT_EQ(VerdictOf(Overcommitted("1", 2000)).cause, Cause::kUnknown);
}

TEST(AllocFailure, WithoutTheHostsFiguresNothingIsConcluded) {
  EvidenceBuilder builder = Aborted();
  builder.File("host/sysctl.json", "{\n  \"vm.overcommit_memory\": \"2\"\n}\n");
  EXPECT_EQ(VerdictOf(builder).cause, Cause::kUnknown);
  builder.File("host/meminfo", "CommitLimit: 0 kB\nCommitted_AS: 18446744073709551615 kB\n");
  EXPECT_EQ(VerdictOf(builder).cause, Cause::kUnknown);
}

EvidenceBuilder WithAddressSpace(int pid, int size_kb, std::chrono::seconds before = 1s) {
  Snapshot snapshot;
  snapshot.taken_boot = kKilledAt - before;
  snapshot.taken_wall = kKilledWall - before;
  snapshot.cgroup = kCgroup;
  ProcessRow row;
  row.id = {.pid = pid, .start_ticks = 777};
  row.comm = "serve";
  row.limit_as = Limit(Bytes{1000U << 10U});
  SignalSender self = Sender(kInit, "serve", "/app/serve", "");
  self.cgroup = kCgroup;
  EvidenceBuilder builder;
  return builder.Kind(BundleKind::kKilled)
      .Record(EndIncident(BySignal(SIGABRT)))
      .File("kernel/signals.json", SerializeSignals({.signals = {Sent(SIGABRT, kKilledAt, self)}}))
      .Record(snapshot)
      .Record(ProcessTable{.processes = {row}, .total = 1, .truncated = false})
      .File("before/status/" + std::to_string(pid),
            "Name:\tserve\nVmSize:\t     " + std::to_string(size_kb) + " kB\n");
}

TEST(AllocFailure, AnAddressSpaceAtItsLimitIsEvidenceOfWhoeverAborted) {
  const Verdict verdict = VerdictOf(WithAddressSpace(kInit, 950));
  EXPECT_EQ(verdict.cause, Cause::kAllocFailed);
  EXPECT_NE(verdict.headline.find("its address space was at its limit"), std::string::npos);
  EXPECT_EQ(VerdictOf(WithAddressSpace(kInit, 899)).cause, Cause::kUnknown);
  EXPECT_EQ(VerdictOf(WithAddressSpace(kInit + 1, 950)).cause, Cause::kUnknown) << "another's";
  EXPECT_EQ(VerdictOf(WithAddressSpace(kInit, 950, 30s)).cause, Cause::kUnknown)
      << "of long before";
}

}  // namespace
}  // namespace headroom
