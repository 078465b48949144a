#include "kernel/cgroup/memory_events.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

constexpr const char* kFullText = "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\noom_group_kill 6\n";

TEST(MemoryEvents, ReadsEveryKey) {
  const auto events = ParseMemoryEvents(kFullText).value();
  EXPECT_EQ(events.low, 1U);
  EXPECT_EQ(events.high, 2U);
  EXPECT_EQ(events.max, 3U);
  EXPECT_EQ(events.oom, 4U);
  EXPECT_EQ(events.oom_kill, 5U);
  EXPECT_EQ(events.oom_group_kill, 6U);
}

TEST(MemoryEvents, MissingKeyIsNotZero) {
  const auto events = ParseMemoryEvents("low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n").value();
  EXPECT_EQ(events.oom_kill, 0U);
  EXPECT_EQ(events.oom_group_kill, std::nullopt);
  EXPECT_EQ(ParseMemoryEvents("").value(), MemoryEvents{});
}

TEST(MemoryEvents, SkipsKeysOfNewerKernels) {
  const auto events = ParseMemoryEvents("sock_throttled 9\nnew\nother many words\nmax 3\n").value();
  EXPECT_EQ(events.max, 3U);
}

TEST(MemoryEvents, RefusesBadNumbersAndRepeatedKeys) {
  for (const char* bad : {"oom_kill\n", "oom_kill \n", "oom_kill -1\n", "oom_kill 1 \n",
                          "oom_kill 18446744073709551616\n", "oom_kill 1\nmax 2\noom_kill 1\n"}) {
    EXPECT_EQ(ParseMemoryEvents(bad).error().code, ErrorCode::kMalformed) << bad;
  }
  EXPECT_EQ(ParseMemoryEvents("max 1\noom x\x1b\n").error().Message(),
            "memory.events:2: 'oom' has the value 'x\\x1b', expected a decimal number");
}

TEST(MemoryEvents, ReadsTheFileOfItsScope) {
  const TemporaryDirectory tree;
  tree.Write("a/cgroup.controllers", "memory\n");
  tree.Write("a/memory.events", "oom_kill 7\n");
  tree.Write("a/memory.events.local", "oom_kill 1\n");
  const HostView host{.proc = "", .cgroup_root = tree.path()};
  const auto cgroup = CgroupDir::Open(host, "/a").value();
  EXPECT_EQ(ReadMemoryEvents(cgroup, EventScope::kSubtree).value().oom_kill, 7U);
  EXPECT_EQ(ReadMemoryEvents(cgroup, EventScope::kLocal).value().oom_kill, 1U);
}

TEST(MemoryEvents, SaysNotFoundOnKernelsWithoutLocalEvents) {
  const TemporaryDirectory tree;
  tree.Write("a/cgroup.controllers", "memory\n");
  const HostView host{.proc = "", .cgroup_root = tree.path()};
  const auto cgroup = CgroupDir::Open(host, "/a").value();
  EXPECT_EQ(ReadMemoryEvents(cgroup, EventScope::kLocal).error().code, ErrorCode::kNotFound);
}

TEST(CounterDelta, IsAbsentWhereNothingCanBeSaid) {
  EXPECT_EQ(CounterDelta(2, 5), 3U);
  EXPECT_EQ(CounterDelta(5, 5), 0U);
  EXPECT_EQ(CounterDelta(5, 4), std::nullopt) << "another cgroup";
  EXPECT_EQ(CounterDelta(std::nullopt, 4), std::nullopt);
  EXPECT_EQ(CounterDelta(4, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace headroom
