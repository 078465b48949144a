#include "container/facts/command_facts.h"

#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class CommandFactsTest : public testing::Test {
 protected:
  [[nodiscard]] Result<ContainerFacts> Collect() const {
    return CollectCommandFacts(
        host_.surroundings(),
        {.name = "job-7", .pid = FakeHost::kInit, .args = {"java", "-Xmx1g"}, .env = {"A=b"}});
  }
  FakeHost host_;
};

TEST_F(CommandFactsTest, AreThoseOfItsCgroupAndOfWhatItBecomes) {
  const auto facts = Collect();
  ASSERT_TRUE(facts) << facts.error().Message();
  EXPECT_EQ(facts->id, "job-7");
  EXPECT_EQ(facts->engine.engine, kCommandEngine);
  EXPECT_EQ(facts->engine.name, "job-7");
  EXPECT_EQ(facts->init, (ProcessId{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart}));
  EXPECT_EQ(facts->cgroup.path, FakeHost::kCgroup);
  EXPECT_EQ(facts->cgroup.limits.max, Limit(Mebibytes(64)));
  EXPECT_EQ(facts->process.args, (std::vector<std::string>{"java", "-Xmx1g"}));
  EXPECT_EQ(facts->process.Env("A"), "b");
  EXPECT_EQ(facts->process.oom_score_adj, -5);
  EXPECT_TRUE(facts->own_cgroup) << facts->not_own_reason;
}

TEST_F(CommandFactsTest, TheHostsSharedMemoryIsNotItsOwn) {
  EXPECT_EQ(Collect()->shm, std::nullopt);
  EXPECT_TRUE(Collect()->tmpfs.empty());
}

TEST_F(CommandFactsTest, ASharedMemoryThatItWasGivenIsItsOwnAndTheOtherMountsAreNot) {
  host_.SetMounts(FakeHost::kInit,
                  {FakeHost::RootMount("8:1"),
                   "90 21 0:77 / /dev/shm rw,nosuid,nodev - tmpfs shm rw,size=65536k",
                   "60 40 0:78 / /run rw,nosuid - tmpfs tmpfs rw,size=99k"});
  const auto facts = CollectCommandFacts(
      host_.surroundings(),
      {.name = "job-7", .pid = FakeHost::kInit, .args = {"java"}, .own_shm = true});
  ASSERT_TRUE(facts) << facts.error().Message();
  ASSERT_TRUE(facts->shm);
  EXPECT_EQ(facts->shm->size, Limit(Mebibytes(64)));
  EXPECT_FALSE(facts->shm->host_shared);
  EXPECT_TRUE(facts->tmpfs.empty());
}

TEST_F(CommandFactsTest, ACgroupThatWhoeverStartsItIsInIsNotItsOwn) {
  host_.SetCgroup(FakeHost::kHook, fmt::format("0::{}\n", FakeHost::kCgroup));
  host_.SetProcs(FakeHost::kCgroup, fmt::format("{}\n{}\n", FakeHost::kHook, FakeHost::kInit));
  EXPECT_FALSE(Collect()->own_cgroup);
  EXPECT_NE(Collect()->not_own_reason.find("process 700"), std::string::npos)
      << Collect()->not_own_reason;
}

TEST_F(CommandFactsTest, AProcessThatIsGoneHasNone) {
  EXPECT_EQ(CollectCommandFacts(host_.surroundings(), {.name = "x", .pid = 99999}).error().code,
            ErrorCode::kGone);
}

}  // namespace
}  // namespace headroom
