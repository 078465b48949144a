#include "cli/run/tell_end.h"

#include <gtest/gtest.h>

#include "cli/testing/machine.h"

namespace headroom {
namespace {

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

class TellEndTest : public testing::Test {
 protected:
  TellEndTest() {
    DraftOf of{.id = "job-7", .engine = "headroom"};
    draft_ = MadeDraft(of);
    command_ = draft_.container;
    command_.ancestors = {CgroupBaseline{.path = "/system.slice", .limits = {}}};
  }
  [[nodiscard]] RunEnd End(std::uint64_t kills, bool is_final) const {
    return {.command = command_,
            .counted = {.kills = kills, .is_final = is_final, .above = std::nullopt, .last = {}},
            .killed = false,
            .supervised = true};
  }
  /// What is said, all of it on the error stream.
  [[nodiscard]] std::string Told(const RunEnd& end) const {
    std::ostringstream out;
    std::ostringstream err;
    const Environment environment{.paths = {.run_dir = machine_.run_dir(),
                                            .store_dir = machine_.store_dir(),
                                            .config_dir = ""},
                                  .host = {},
                                  .out = out,
                                  .err = err,
                                  .terminal = true};
    const auto gate = SignalGate::Close();
    TellEnd(environment, *gate, end);
    EXPECT_EQ(out.str(), "") << "standard output is the command's";
    return err.str();
  }

  Machine machine_;
  Store::Draft draft_;
  Enrolment command_;
};

TEST_F(TellEndTest, WithoutAKillThereIsNoWord) {
  RunEnd end = End(0, true);
  EXPECT_EQ(WhatToSay(end), EndWord::kNone);
  EXPECT_EQ(Told(end), "");
  end.killed = true;
  EXPECT_EQ(WhatToSay(end), EndWord::kNone) << "somebody else sent that SIGKILL";
  end.supervised = false;
  EXPECT_EQ(WhatToSay(end), EndWord::kNone);
}

TEST_F(TellEndTest, AKillIsTheSupervisorsToTell) {
  EXPECT_EQ(WhatToSay(End(1, true)), EndWord::kVerdict);
  EXPECT_EQ(WhatToSay(End(1, false)), EndWord::kVerdict);
  EXPECT_EQ(WhatToSay(End(0, false)), EndWord::kVerdict) << "it may have been one";
}

TEST_F(TellEndTest, WithoutASupervisorTheCountersTell) {
  RunEnd end = End(1, true);
  end.supervised = false;
  EXPECT_EQ(WhatToSay(end), EndWord::kCounters);
  end.counted.last.oom_kill = 4;
  end.counted.last.oom = 2;
  const std::string text = Told(end);
  EXPECT_TRUE(Holds(text, "headroom: job-7: the kernel's OOM killer killed 1 process of it"))
      << text;
  EXPECT_TRUE(Holds(text, "oom_kill 4, oom 2, max not known; memory.max: 64 MiB")) << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
}

TEST_F(TellEndTest, OnV1TheFilesHaveTheNamesThatTheyHaveThere) {
  command_.cgroup_version = CgroupVersion::kV1;
  RunEnd end = End(1, true);
  end.counted.last.oom_kill = 1;
  end.counted.last.max = 9;
  const std::string text = CountersText(end);
  EXPECT_TRUE(Holds(text, "memory.oom_control: oom_kill 1;")) << text;
  EXPECT_TRUE(Holds(text, "memory.failcnt: 9; memory.limit_in_bytes: 64 MiB") ||
              Holds(text, "memory.memsw.failcnt: 9; memory.limit_in_bytes: 64 MiB"))
      << text;
  EXPECT_FALSE(Holds(text, "memory.events")) << text;
}

TEST_F(TellEndTest, ACounterThatWentAwayIsNoClaim) {
  RunEnd end = End(0, false);
  end.supervised = false;
  EXPECT_EQ(WhatToSay(end), EndWord::kNone) << "it ended by itself";
  end.killed = true;
  EXPECT_EQ(WhatToSay(end), EndWord::kUnsure);
  EXPECT_TRUE(Holds(Told(end), "no other counter is there to tell")) << Told(end);
  end.counted.above = 2;
  EXPECT_TRUE(Holds(Told(end), "/system.slice counted 2 processes killed")) << Told(end);
  EXPECT_FALSE(Holds(Told(end), "killed 0")) << Told(end);
}

TEST_F(TellEndTest, TheVerdictOfItsBundleIsPrinted) {
  (void)machine_.Publish(draft_);
  const std::string text = Told(End(1, true));
  EXPECT_TRUE(Holds(text, "job-7 (headroom) was killed by the kernel's OOM killer")) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << "whose terminal that is is not known";
}

TEST_F(TellEndTest, OneThatIsAccountedForIsNotWaitedForThoughItIsStillEnrolled) {
  command_.cgroup.events = MemoryEvents{.oom_kill = 0};
  (void)machine_.Enrol(command_);
  (void)machine_.Publish(draft_);
  EXPECT_TRUE(Holds(Told(End(1, true)), "was killed by the kernel's OOM killer"));
}

TEST_F(TellEndTest, AnotherLifeOfTheSameNameIsNotTold) {
  (void)machine_.Publish(MadeDraft({.id = "job-7", .engine = "headroom", .start_ticks = 1}));
  const std::string text = Told(End(1, true));
  EXPECT_FALSE(Holds(text, "was killed by the kernel's OOM killer,")) << text;
  EXPECT_TRUE(Holds(text, "killed 1 process of it")) << text;
  EXPECT_TRUE(Holds(text, "headroom why job-7")) << text;
}

TEST_F(TellEndTest, WhatWasCountedAboveAndIsNotItsOwnIsNoWord) {
  EXPECT_EQ(Told(End(0, false)), "") << "headroomd is done with it, and has no bundle";
}

}  // namespace
}  // namespace headroom
