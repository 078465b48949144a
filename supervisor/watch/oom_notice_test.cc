#include "supervisor/watch/oom_notice.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "container/testing/fake_host_v1.h"
#include "supervisor/watch/population.h"
#include "supervisor/watch/usage_thresholds.h"

namespace headroom {
namespace {

/// A cgroup of v1 of plain files. Whoever registers an event names its descriptor in a file, by
/// which a test can signal it as the kernel would.
class CgroupV1Watch : public testing::Test {
 protected:
  CgroupV1Watch() : loop_(EventLoop::Create().value()), cgroup_(Open()) {}

  [[nodiscard]] CgroupDir Open() const {
    return CgroupDir::Open(host_.view(), FakeHost::kCgroup).value();
  }
  [[nodiscard]] std::string Path(const std::string& file) const {
    return host_.path() + "/memory" + FakeHost::kCgroup + "/" + file;
  }
  /// Of the last registration; -1: there was none.
  [[nodiscard]] int RegisteredEvent() const {
    const auto text = ReadFileAt(AT_FDCWD, Path("cgroup.event_control"), 4096).value_or("");
    const auto number = ParseUint64(text.substr(0, text.find(' ')));
    return number ? static_cast<int>(*number) : -1;
  }
  static void Signal(int event) {
    const std::uint64_t one = 1;
    EXPECT_EQ(write(event, &one, sizeof one), static_cast<ssize_t>(sizeof one));
  }
  void CountKills(int kills) const {
    host_.Write(std::string("memory") + FakeHost::kCgroup + "/memory.oom_control",
                fmt::format("oom_kill_disable 0\nunder_oom 0\noom_kill {}\n", kills));
  }

  FakeHostV1 host_;
  std::unique_ptr<EventLoop> loop_;
  CgroupDir cgroup_;
};

TEST_F(CgroupV1Watch, TheCounterIsLookedAtAgainAfterTheNotice) {
  std::uint64_t seen = 0;
  const auto file = EventFile::Watch(
      *loop_, cgroup_,
      [&](const EventReading& reading) {
        seen = reading.subtree->oom_kill.value_or(0);
        CountKills(1);  // the kernel kills once it has told of the limit
      },
      MayRegister::kYes);
  ASSERT_TRUE(file) << file.error().Message();
  ASSERT_NE(RegisteredEvent(), -1);
  Signal(RegisteredEvent());
  EXPECT_TRUE(loop_->RunUntil([&] { return seen == 1; }));
}

TEST_F(CgroupV1Watch, NothingIsWrittenWhereItMayNotBe) {
  const auto file = EventFile::Watch(*loop_, cgroup_, [](const EventReading&) {});
  ASSERT_TRUE(file);
  EXPECT_EQ(RegisteredEvent(), -1);
  CountKills(2);
  EXPECT_EQ(file->Read()->local->oom_kill, 2U);
  EXPECT_EQ(file->Read()->local->high, std::nullopt) << "there is none on v1";
}

TEST_F(CgroupV1Watch, AKernelThatTakesNoEventsIsReadAllTheSame) {
  std::filesystem::remove(Path("cgroup.event_control"));
  const auto file =
      EventFile::Watch(*loop_, cgroup_, [](const EventReading&) {}, MayRegister::kYes);
  ASSERT_TRUE(file) << file.error().Message();
  EXPECT_EQ(file->Read()->subtree->oom_kill, 0U);
}

TEST_F(CgroupV1Watch, ThresholdsAreBelowTheLimitAndTold) {
  int crossed = 0;
  const auto thresholds = UsageThresholds::Watch(*loop_, cgroup_, ReadMemoryLimits(cgroup_).value(),
                                                 [&] { ++crossed; });
  // The last is 98 % of memory and swap together.
  const auto text = ReadFileAt(AT_FDCWD, Path("cgroup.event_control"), 4096).value_or("");
  EXPECT_TRUE(text.ends_with(" 98649936")) << text;
  Signal(RegisteredEvent());
  EXPECT_TRUE(loop_->RunUntil([&] { return crossed > 0; }));
  EXPECT_EQ(crossed, 1);
}

TEST(ThresholdsOf, RiseAndStayBelowTheLimit) {
  EXPECT_EQ(ThresholdsOf(Bytes{1000}), (std::vector{Bytes{900}, Bytes{950}, Bytes{980}}));
  const Bytes huge{std::uint64_t{1} << 62U};
  EXPECT_LT(ThresholdsOf(huge).back(), huge);
}

TEST_F(CgroupV1Watch, WithoutALimitThereIsNoThreshold) {
  const auto none = UsageThresholds::Watch(*loop_, cgroup_, {.max = Limit::Unlimited()}, [] {});
  EXPECT_EQ(RegisteredEvent(), -1);
}

TEST_F(CgroupV1Watch, ProcessesBelowCountAsThere) {
  Population population;
  EXPECT_FALSE(population.known());
  population.Watch(*loop_, std::make_shared<const CgroupDir>(Open()), [] {});
  EXPECT_TRUE(population.known());
  EXPECT_FALSE(population.tells()) << "v1 has no cgroup.events";
  EXPECT_TRUE(population.populated());
  const std::string below = std::string(FakeHost::kCgroup) + "/job";
  host_.AddCgroupV1(below, "9223372036854771712");
  host_.SetProcsV1(below, "9\n");
  host_.SetProcsV1(FakeHost::kCgroup, "");
  EXPECT_TRUE(population.populated());
  host_.SetProcsV1(below, "");
  EXPECT_FALSE(population.populated());
}

/// The event thread asks, and a container may make cgroups without end.
TEST_F(CgroupV1Watch, WhereMoreCgroupsAreBelowThanAreLookedAtProcessesMayBeLeft) {
  Population population;
  population.Watch(*loop_, std::make_shared<const CgroupDir>(Open()), [] {});
  host_.SetProcsV1(FakeHost::kCgroup, "");
  const auto add = [&](int from, int to) {
    for (int i = from; i < to; ++i) {
      host_.SetProcsV1(fmt::format("{}/{}", FakeHost::kCgroup, i), "");
    }
  };
  add(0, 256);
  EXPECT_FALSE(population.populated());
  add(256, 257);
  EXPECT_TRUE(population.populated());
}

}  // namespace
}  // namespace headroom
