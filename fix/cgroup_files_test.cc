#include "fix/testing/fix_fixture.h"

namespace headroom {
namespace {

class FixCgroupFileTest : public FixFixture {};

TEST_F(FixCgroupFileTest, SetsMemoryMaxAndReadsItBack) {
  SetCgroup("memory.max", "max");
  const FixOutcome outcome = Apply(SetMemoryMax{Mebibytes(32)});
  EXPECT_TRUE(outcome.fixed());
  EXPECT_EQ(outcome.text, "fixed: memory.max is now 32 MiB");
  EXPECT_EQ(outcome.setting, "memory.max");
  EXPECT_EQ(outcome.before, "max");
  EXPECT_EQ(outcome.after, "33554432");
  EXPECT_EQ(Cgroup("memory.max"), "33554432");
  EXPECT_EQ(facts_.cgroup.limits.max, Limit(Mebibytes(32))) << "the record tells what is true now";
}

TEST_F(FixCgroupFileTest, NeverLoosens) {
  for (const Bytes value : {Mebibytes(64), Mebibytes(128)}) {
    const FixOutcome outcome = Apply(SetMemoryMax{value});
    EXPECT_TRUE(outcome.already());
    EXPECT_EQ(outcome.text, "already: memory.max is 64 MiB");
  }
  EXPECT_EQ(Cgroup("memory.max"), "67108864\n");
}

TEST_F(FixCgroupFileTest, SetsNoLimitBelowWhatIsInUse) {
  ExpectNotFixed(SetMemoryMax{Bytes{Mebibytes(1).value - 1}}, "memory.current");
  EXPECT_EQ(Cgroup("memory.max"), "67108864\n");
  SetCgroup("memory.max", "max");
  EXPECT_TRUE(Apply(SetMemoryMax{Mebibytes(1)}).fixed()) << "exactly that much is left";
}

TEST_F(FixCgroupFileTest, BoundsSwap) {
  SetCgroup("memory.swap.max", "max");
  SetCgroup("memory.swap.current", "0");
  const FixOutcome outcome = Apply(SetSwapMax{Mebibytes(1)});
  EXPECT_EQ(outcome.text, "fixed: memory.swap.max is now 1 MiB");
  EXPECT_EQ(facts_.cgroup.limits.swap_max, Limit(Mebibytes(1)));
}

TEST_F(FixCgroupFileTest, TakesNoSwapAwayThatIsInUse) {
  SetCgroup("memory.swap.max", "max");
  SetCgroup("memory.swap.current", "4096");
  ExpectNotFixed(SetSwapMax{Bytes{0}}, "memory.swap.current");
  EXPECT_EQ(Cgroup("memory.swap.max"), "max\n");
}

TEST_F(FixCgroupFileTest, WithoutAFileForSwapThereIsNothingToBound) {
  EXPECT_EQ(unlink((host_.path() + "/cg" + FakeHost::kCgroup + "/memory.swap.max").c_str()), 0);
  ExpectNotFixed(SetSwapMax{Bytes{0}}, "memory.swap.max");
}

TEST_F(FixCgroupFileTest, SetsOomGroup) {
  const FixOutcome outcome = Apply(SetOomGroup{});
  EXPECT_EQ(outcome.text, "fixed: memory.oom.group is now 1");
  EXPECT_EQ(outcome.before, "0");
  EXPECT_EQ(outcome.after, "1");
  EXPECT_EQ(facts_.cgroup.limits.oom_group, true);
}

TEST_F(FixCgroupFileTest, RaisesMemoryLowAndNeverAboveMemoryMax) {
  SetCgroup("memory.low", "1048576");
  EXPECT_TRUE(Apply(SetMemoryLow{Bytes{4096}}).already()) << "protection is not taken away";
  ExpectNotFixed(SetMemoryLow{Bytes{Mebibytes(64).value + 4096}}, "memory.max");
  EXPECT_EQ(Cgroup("memory.low"), "1048576\n");
  EXPECT_TRUE(Apply(SetMemoryLow{Mebibytes(64)}).fixed()) << "exactly the limit";
  EXPECT_EQ(facts_.memory_low, Limit(Mebibytes(64)));
}

TEST_F(FixCgroupFileTest, BoundsProcessesAndSaysThemAsANumber) {
  SetCgroup("pids.max", "max");
  SetCgroup("pids.current", "3");
  ExpectNotFixed(SetPidsMax{{.value = 2}}, "pids.current: is 3, more than the 2 to be set");
  const FixOutcome outcome = Apply(SetPidsMax{{.value = 200}});
  EXPECT_EQ(outcome.text, "fixed: pids.max is now 200");
  ASSERT_TRUE(facts_.pids);
  EXPECT_EQ(facts_.pids->count, 200U);
  EXPECT_EQ(facts_.pids->path, FakeHost::kCgroup);
}

TEST_F(FixCgroupFileTest, AnAncestorsSmallerPidsMaxStaysTheSmallest) {
  SetCgroup("pids.max", "max");
  SetCgroup("pids.current", "1");
  facts_.pids = ContainerFacts::PidsMax{.count = 100, .path = "/box.slice"};
  EXPECT_TRUE(Apply(SetPidsMax{{.value = 200}}).fixed());
  EXPECT_EQ(facts_.pids->path, "/box.slice");
}

TEST_F(FixCgroupFileTest, BoundsHugePagesOfOneSize) {
  SetCgroup("hugetlb.2MB.max", "max");
  SetCgroup("hugetlb.2MB.current", "0");
  SetCgroup("hugetlb.1GB.max", "max");
  facts_.hugetlb = {{.page_size = Mebibytes(2), .max = Limit::Unlimited()},
                    {.page_size = Mebibytes(1024), .max = Limit::Unlimited()}};
  EXPECT_EQ(Apply(SetHugetlbMax{Mebibytes(2), Mebibytes(64)}).text,
            "fixed: hugetlb.2MB.max is now 64 MiB");
  EXPECT_EQ(facts_.hugetlb[0].max, Limit(Mebibytes(64)));
  EXPECT_EQ(facts_.hugetlb[1].max, Limit::Unlimited());
  EXPECT_EQ(Cgroup("hugetlb.1GB.max"), "max\n");
}

TEST_F(FixCgroupFileTest, InASystemdUnitsOwnCgroupItIsSaidNotToLast) {
  facts_.unit = UnitFacts{.name = "docker-1.scope", .sets_swap_max = std::nullopt};
  SetCgroup("memory.low", "0");
  SetCgroup("memory.max", "max");
  SetCgroup("memory.swap.max", "max");
  SetCgroup("memory.swap.current", "0");
  SetCgroup("hugetlb.2MB.max", "max");
  SetCgroup("hugetlb.2MB.current", "0");
  for (const Fix& fix : {Fix(SetMemoryMax{Mebibytes(32)}), Fix(SetSwapMax{Mebibytes(1)}),
                         Fix(SetOomGroup{}), Fix(SetMemoryLow{Mebibytes(1)})}) {
    const FixOutcome outcome = Apply(fix);
    EXPECT_TRUE(outcome.fixed());
    EXPECT_NE(outcome.text.find("(not lasting: systemd writes its own value at the next "
                                "daemon-reload of docker-1.scope; "),
              std::string::npos)
        << outcome.text;
    EXPECT_TRUE(outcome.text.ends_with(" lasts)")) << outcome.text;
  }
  const FixOutcome outcome = Apply(SetHugetlbMax{Mebibytes(2), Mebibytes(64)});
  EXPECT_EQ(outcome.text.find("not lasting"), std::string::npos) << "systemd knows no hugetlb";
}

TEST_F(FixCgroupFileTest, WritesNothingInModeObserve) {
  SetCgroup("memory.max", "max");
  for (const Fix& fix : {Fix(SetMemoryMax{Mebibytes(32)}), Fix(SetOomGroup{})}) {
    const FixOutcome outcome = Apply(fix, Mode::kObserve);
    EXPECT_EQ(outcome.result, FixOutcome::Result::kNotFixed);
    EXPECT_NE(outcome.text.find("mode is observe"), std::string::npos);
  }
  EXPECT_EQ(Cgroup("memory.max"), "max\n");
  EXPECT_EQ(Cgroup("memory.oom.group"), "0\n");
}

TEST_F(FixCgroupFileTest, WritesNothingIntoACgroupThatIsNotOnlyTheContainers) {
  SetCgroup("memory.max", "max");
  facts_.own_cgroup = false;
  facts_.not_own_reason = "its cgroup is also that of the engine (process 5)";
  ExpectNotFixed(SetMemoryMax{Mebibytes(32)}, "also that of the engine");
  EXPECT_EQ(Cgroup("memory.max"), "max\n");
}

TEST_F(FixCgroupFileTest, WritesNothingIntoACgroupThatTookTheName) {
  SetCgroup("memory.max", "max");
  facts_.cgroup.inode += 1;
  ExpectNotFixed(SetMemoryMax{Mebibytes(32)}, "another cgroup");
  EXPECT_EQ(Cgroup("memory.max"), "max\n");
}

TEST_F(FixCgroupFileTest, ACgroupThatIsGoneIsNotFixed) {
  facts_.cgroup.path = "/not/there";
  ExpectNotFixed(SetMemoryMax{Mebibytes(32)}, "/not/there");
}

TEST_F(FixCgroupFileTest, AFileThatHoldsNoNumberIsLeftAlone) {
  SetCgroup("memory.max", "many");
  ExpectNotFixed(SetMemoryMax{Mebibytes(32)}, "neither a number nor");
  EXPECT_EQ(Cgroup("memory.max"), "many\n");
}

}  // namespace
}  // namespace headroom
