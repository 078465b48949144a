#include "capture/photograph.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "capture/section.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(TakePhotograph, TakesNoFileOfAnotherProcessThatGotTheNumber) {
  const FakeHost host;
  const std::string proc = fmt::format("proc/{}/", FakeHost::kInit);
  host.Write(proc + "smaps", "5000-6000 rw-p 00000000 00:00 0\n");
  const ProcessId init{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
  const auto ours = ReadProcessSection(host.view(), init, "smaps", "before/smaps/1", 100);
  EXPECT_EQ(ours.row.outcome, Outcome::kComplete);
  const ProcessId earlier{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart - 1};
  const auto theirs = ReadProcessSection(host.view(), earlier, "smaps", "before/smaps/1", 100);
  EXPECT_EQ(theirs.row.outcome, Outcome::kTooLate);
  EXPECT_TRUE(theirs.bytes.empty());
}

TEST(TakePhotograph, SaysWhatTheContainersCounterSaidWhenItWasBegun) {
  const FakeHost host;
  host.Write(std::string("cg") + FakeHost::kCgroup + "/memory.events", "oom 2\noom_kill 5\n");
  const auto cgroup =
      std::make_shared<const CgroupDir>(CgroupDir::Open(host.view(), FakeHost::kCgroup).value());
  PhotographRequest request{.host = host.view(), .cgroup = cgroup, .counted = cgroup};
  EXPECT_EQ(TakePhotograph(request)->kills, 5U);
  request.counted = nullptr;
  EXPECT_EQ(TakePhotograph(request)->kills, std::nullopt);
}

}  // namespace
}  // namespace headroom
