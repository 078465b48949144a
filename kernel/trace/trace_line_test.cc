#include "kernel/trace/trace_line.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TracedSignal SignalOf(std::string_view line) {
  const auto event = ParseTraceLine(line);
  EXPECT_TRUE(event.has_value()) << event.error().Message();
  if (!event || !std::holds_alternative<TracedSignal>(*event)) return {};
  return std::get<TracedSignal>(*event);
}

pid_t VictimOf(std::string_view line) {
  const auto event = ParseTraceLine(line);
  EXPECT_TRUE(event.has_value()) << event.error().Message();
  if (!event || !std::holds_alternative<TracedVictim>(*event)) return 0;
  return std::get<TracedVictim>(*event).pid;
}

TEST(TraceLine, OfASignalHasWhoSentWhatToWhom) {
  const TracedSignal signal = SignalOf(
      "            runc-505     [000] d..1.    12.345678: signal_generate: sig=9 errno=0 code=0 "
      "comm=sh pid=513 grp=1 res=0");
  EXPECT_EQ(signal.at, 12s + 345678us);
  EXPECT_EQ(signal.sender, 505);
  EXPECT_EQ(signal.sender_comm, "runc");
  EXPECT_EQ(signal.signal, 9);
  EXPECT_EQ(signal.code, 0);
  EXPECT_EQ(signal.target, 513);
  EXPECT_EQ(signal.target_comm, "sh");
  EXPECT_EQ(signal.result, SignalResult::kDelivered);
}

TEST(TraceLine, ResultsAreToldApart) {
  const std::string line =
      "kill-5 [001] ..... 1.000000: signal_generate: sig=15 errno=0 code=0 comm=a pid=6 grp=1 res=";
  EXPECT_EQ(SignalOf(line + "1").result, SignalResult::kIgnored);
  EXPECT_EQ(SignalOf(line + "2").result, SignalResult::kPending);
  EXPECT_EQ(SignalOf(line + "3").result, SignalResult::kLost);
  EXPECT_EQ(SignalOf(line + "4").result, SignalResult::kLost);
}

TEST(TraceLine, CodesOfTheKernelAndOfACallAreNumbersWithASign) {
  const std::string line = "x-5 [001] d... 1.000000: signal_generate: sig=6 errno=0 code=";
  EXPECT_EQ(SignalOf(line + "128 comm=a pid=6 grp=1 res=0").code, 128);
  EXPECT_EQ(SignalOf(line + "-6 comm=a pid=6 grp=1 res=0").code, -6);
}

TEST(TraceLine, NamesMayHoldWhatTheLineIsMadeOf) {
  const TracedSignal signal = SignalOf(
      " a pid=1-x=[2] y-77 [002] d..1. 12.000001: signal_generate: sig=9 errno=0 code=0 "
      "comm=b pid=1 comm=c pid=513 grp=1 res=0");
  EXPECT_EQ(signal.sender, 77);
  EXPECT_EQ(signal.sender_comm, "a pid=1-x=[2] y");
  EXPECT_EQ(signal.target, 513);
  EXPECT_EQ(signal.target_comm, "b pid=1 comm=c");
}

TEST(TraceLine, AProcessThatCallsItselfAnEventForgesNone) {
  EXPECT_EQ(VictimOf(": mark_victim: -5 [000] d..1. 3.000000: mark_victim: pid=513"), 513);
  EXPECT_EQ(VictimOf("x-5 [000] d..1. 3.000000: mark_victim: pid=513 comm=: mark_victim: "), 513);
  EXPECT_EQ(SignalOf(": mark_victim: -505 [000] d..1. 1.000000: signal_generate: sig=9 errno=0 "
                     "code=0 comm=sh pid=513 grp=1 res=0")
                .sender_comm,
            ": mark_victim: ");
}

TEST(TraceLine, ANameThatTheKernelForgotIsEmpty) {
  EXPECT_EQ(SignalOf("           <...>-505     [000] d..1.    12.345678: signal_generate: sig=9 "
                     "errno=0 code=0 comm=sh pid=513 grp=1 res=0")
                .sender_comm,
            "");
}

TEST(TraceLine, FlagsAndTheProcessAreThereOrNot) {
  const std::string fields = ": signal_generate: sig=9 errno=0 code=0 comm=sh pid=513 grp=1 res=0";
  EXPECT_EQ(SignalOf("runc-505 [000] 12.345678" + fields).at, 12s + 345678us);
  const TracedSignal with_process =
      SignalOf("runc-505     (    501) [000] d..1. 12.345678" + fields);
  EXPECT_EQ(with_process.sender, 505);
  EXPECT_EQ(with_process.sender_comm, "runc");
}

TEST(TraceLine, OfAVictimHasOnlyItsNumberInCommon) {
  EXPECT_EQ(VictimOf("  eat-5 [001] .....  44.000000: mark_victim: pid=513"), 513);
  EXPECT_EQ(VictimOf("  eat-5 [001] .....  44.000000: mark_victim: pid=513 comm=a pid=7 "
                     "total-vm=105124kB anon-rss=17408kB file-rss:0kB shmem-rss:0kB uid=0 "
                     "pgtables=88kB oom_score_adj=0"),
            513);
}

TEST(TraceLine, WhatIsNoSuchLineIsRefused) {
  for (const char* line :
       {"", "CPU:1 [LOST 5 EVENTS]", "x-5 [000] d... 1.000000: sched_switch: prev=1",
        "x-5 [000] d... 1.0: mark_victim: pid=1", "x [000] d... 1.000000: mark_victim: pid=1",
        "x-5 d... 1.000000: mark_victim: pid=1", "x-5 [000] d... 1.000000: mark_victim: pid=0",
        "x-5 [000] d... 1.000000: mark_victim: pid=99999999999",
        "x-5 [000] d... 99999999999.000000: mark_victim: pid=1",
        "x-5 [000] d... 1.000000: sched_process_exec: filename=/usr/bin/crun",
        "x-5 [000] d... 1.000000: sched_process_exec: filename=/usr/bin/crun pid=0 old_pid=0",
        "x-5 [000] d... 1.000000: sched_process_exec: pid=5 old_pid=5",
        "x-5 [000] d... 1.000000: signal_generate: sig=9 errno=0 code=0 comm=sh",
        "x-5 [000] d... 1.000000: signal_generate: sig=9 errno=0 comm=sh pid=3 grp=1 res=0",
        "x-5 [000] d... 1.000000: signal_generate: sig=9 code=0 comm= pid=-3 grp=1 res=0"}) {
    const auto event = ParseTraceLine(line);
    ASSERT_FALSE(event.has_value()) << line;
    EXPECT_EQ(event.error().code, ErrorCode::kMalformed);
  }
}

TEST(TraceLine, OfAProgramThatIsCalledNamesItsProcessAndItsPath) {
  const auto event = ParseTraceLine(
      "    crun-282     [001] .....    43.527200: sched_process_exec: filename=/usr/bin/crun "
      "pid=282 "
      "old_pid=282");
  ASSERT_TRUE(event.has_value()) << event.error().Message();
  const auto& exec = std::get<TracedExec>(*event);
  EXPECT_EQ(exec.process, 282);
  EXPECT_EQ(exec.path, "/usr/bin/crun");
  EXPECT_EQ(exec.at, std::chrono::microseconds(43527200));
}

TEST(TraceLine, OfAPathThatLooksLikeFieldsHasThoseBehindIt) {
  const auto event = ParseTraceLine(
      "a-7 [000] ..... 1.000000: sched_process_exec: filename=/x pid=1 old_pid=1 pid=7 old_pid=6");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(std::get<TracedExec>(*event).process, 7);
  EXPECT_EQ(std::get<TracedExec>(*event).path, "/x pid=1 old_pid=1");
}

TEST(TraceLine, OfAProcessThatCallsItselfAnEventIsOfTheEventBehindItsHead) {
  const auto event = ParseTraceLine(
      ": mark_victim: -5 [000] d... 1.000000: sched_process_exec: filename=/usr/bin/runc pid=5 "
      "old_pid=5");
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(std::get<TracedExec>(*event).process, 5);
}

TEST(TraceLine, CutAnywhereIsNoDisaster) {
  const std::string line =
      "  runc-505 [000] d..1. 12.345678: signal_generate: sig=9 errno=0 code=0 comm=sh pid=513 "
      "grp=1 res=0";
  for (std::size_t size = 0; size < line.size(); ++size) {
    EXPECT_FALSE(ParseTraceLine(line.substr(0, size)).has_value()) << size;
  }
}

TEST(TraceLine, LostEventsAreCounted) {
  EXPECT_EQ(ParseLostEvents("CPU:2 [LOST 12 EVENTS]"), 12U);
  EXPECT_EQ(ParseLostEvents("CPU:2 [LOST EVENTS]"), 1U);
  EXPECT_EQ(ParseLostEvents("x-5 [000] d... 1.000000: mark_victim: pid=1"), std::nullopt);
}

TEST(TraceStats, CountWhatWasOverwrittenAndWhatWasDropped) {
  EXPECT_EQ(ParseTraceStats("entries: 4\noverrun: 1\ncommit overrun: 2\nbytes: 312\n"
                            "oldest event ts:  2789.123456\ndropped events: 40\n"),
            43U);
  EXPECT_EQ(ParseTraceStats("overrun: 0\ndropped events: 0\n"), 0U);
}

TEST(TraceStats, WithoutACountAreNotKnown) {
  EXPECT_EQ(ParseTraceStats(""), std::nullopt);
  EXPECT_EQ(ParseTraceStats("entries: 4\n"), std::nullopt);
  EXPECT_EQ(ParseTraceStats("dropped events: many\n"), std::nullopt);
}

}  // namespace
}  // namespace headroom
