#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/testing/faults.h"
#include "capture/photograph.h"
#include "container/testing/fake_host.h"
#include "evidence/bundle_writer.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// More calls than a photograph takes, so that a loop over them ends by itself.
constexpr std::size_t kMostCalls = 2000;

class CountingHold final : public HeldContainer {
 public:
  void Release() override { ++releases_; }
  [[nodiscard]] BootTime table_deadline() const override { return NowBoot() + 10s; }
  [[nodiscard]] bool overdue() const override { return false; }
  [[nodiscard]] std::optional<std::chrono::nanoseconds> held_for() const override {
    return releases_ > 0 ? std::optional<std::chrono::nanoseconds>(11ms) : std::nullopt;
  }
  [[nodiscard]] int releases() const { return releases_; }

 private:
  int releases_ = 0;
};

class PhotographFaultTest : public testing::Test {
 protected:
  PhotographFaultTest() {
    const std::string proc = fmt::format("proc/{}/", FakeHost::kInit);
    host_.Write(proc + "status", "Name:\teat\nVmRSS:\t4 kB\n");
    host_.Write(proc + "smaps", "00400000-00401000 r-xp 0 00:00 0\nRss: 4 kB\nVmFlags: rd\n");
    host_.Write(proc + "smaps_rollup", "00400000-7fff0000 ---p 0 00:00 0 [rollup]\nPss: 4 kB\n");
    host_.SetProcs(FakeHost::kCgroup, fmt::format("{}\n", FakeHost::kInit));
    host_.Write(std::string("cg") + FakeHost::kCgroup + "/memory.stat", "anon 60000000\nshmem 0\n");
    cgroup_ =
        std::make_shared<const CgroupDir>(CgroupDir::Open(host_.view(), FakeHost::kCgroup).value());
  }
  [[nodiscard]] std::shared_ptr<const Photograph> Take(
      const std::shared_ptr<CountingHold>& hold) const {
    return TakePhotograph({.host = host_.view(),
                           .cgroup = cgroup_,
                           .init = {.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart},
                           .trigger = "tripwire",
                           .hold = hold});
  }
  static std::set<std::string> Names(const Photograph& photograph) {
    std::set<std::string> names;
    for (const Section& section : photograph.sections) names.insert(section.row.section);
    return names;
  }

  FakeHost host_;
  std::shared_ptr<const CgroupDir> cgroup_;
};

/// As where the disk, the cgroup or the process goes while it is looked at.
TEST_F(PhotographFaultTest, WhicheverReadFailsTheContainerRunsOnAndEverySectionIsWholeOrSaysWhy) {
  const auto healthy = Take(std::make_shared<CountingHold>());
  for (const int error : {EIO, ENODEV, ESRCH, EACCES}) {
    std::size_t at = 0;
    for (; at < kMostCalls; ++at) {
      const auto hold = std::make_shared<CountingHold>();
      std::shared_ptr<const Photograph> taken;
      const char* struck = nullptr;
      {
        const FaultPlan plan(at, Fault::kFails, error);
        taken = Take(hold);
        struck = plan.struck();
      }
      if (struck == nullptr) break;
      const std::string when = fmt::format("call {}, {}, errno {}", at, struck, error);
      ASSERT_NE(taken, nullptr) << when;
      EXPECT_GE(hold->releases(), 1) << when << ": the container is still held";
      for (const Section& section : taken->sections) {
        const bool whole = section.row.outcome == Outcome::kComplete;
        EXPECT_TRUE(whole || !section.row.reason.empty()) << when << ": " << section.row.section;
        EXPECT_TRUE(HasFile(section.row) || section.bytes.empty())
            << when << ": " << section.row.section;
      }
      const auto names = Names(*taken);
      for (const char* name : {"before/snapshot.json", "before/processes.json"}) {
        EXPECT_EQ(names.contains(name), Names(*healthy).contains(name)) << when << ": " << name;
      }
    }
    EXPECT_GT(at, 10U);
    EXPECT_LT(at, kMostCalls);
  }
}

TEST_F(PhotographFaultTest, ShortReadsCostNothing) {
  const auto healthy = Take(std::make_shared<CountingHold>());
  std::size_t at = 0;
  for (; at < kMostCalls; ++at) {
    std::shared_ptr<const Photograph> taken;
    const char* struck = nullptr;
    {
      const FaultPlan plan(at, Fault::kShort, 0);
      taken = Take(std::make_shared<CountingHold>());
      struck = plan.struck();
    }
    if (struck == nullptr) break;
    for (const Section& section : taken->sections) {
      const auto before = std::ranges::find_if(healthy->sections, [&](const Section& other) {
        return other.row.section == section.row.section;
      });
      ASSERT_NE(before, healthy->sections.end()) << section.row.section;
      EXPECT_EQ(section.row.outcome, before->row.outcome)
          << "call " << at << ", " << struck << ": " << section.row.section;
    }
  }
  EXPECT_GT(at, 3U);
  EXPECT_LT(at, kMostCalls);
}

}  // namespace
}  // namespace headroom
