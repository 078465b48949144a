#include "capture/photograph.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "capture/section.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Held until it is released, when the container does what it likes.
class FakeHold final : public HeldContainer {
 public:
  explicit FakeHold(std::function<void()> on_release) : on_release_(std::move(on_release)) {}
  void Release() override {
    on_release_();
    released_ = true;
  }
  [[nodiscard]] BootTime table_deadline() const override { return NowBoot() + 10s; }
  [[nodiscard]] bool overdue() const override { return false; }
  [[nodiscard]] std::optional<std::chrono::nanoseconds> held_for() const override {
    return released_ ? std::optional<std::chrono::nanoseconds>(11ms) : std::nullopt;
  }

 private:
  std::function<void()> on_release_;
  bool released_ = false;
};

/// The descriptors of the one process, which closes them as soon as it may run on.
std::optional<std::uint64_t> DescriptorsSeen(const std::string& memory_stat) {
  const FakeHost host;
  const std::string proc = fmt::format("proc/{}/", FakeHost::kInit);
  host.Write(proc + "status", "Name:\teat\nVmRSS:\t4 kB\n");
  host.Write(proc + "fd/0", "");
  host.SetProcs(FakeHost::kCgroup, fmt::format("{}\n", FakeHost::kInit));
  host.Write(std::string("cg") + FakeHost::kCgroup + "/memory.stat", memory_stat);
  const auto cgroup =
      std::make_shared<const CgroupDir>(CgroupDir::Open(host.view(), FakeHost::kCgroup).value());
  const std::string folder = host.path() + "/" + proc + "fd";
  const auto hold = std::make_shared<FakeHold>(
      [folder] { (void)rename(folder.c_str(), (folder + "-closed").c_str()); });
  const auto taken = TakePhotograph({.host = host.view(), .cgroup = cgroup, .hold = hold});
  EXPECT_EQ(taken->held, 11ms);
  const auto table = std::ranges::find_if(taken->sections, [](const Section& section) {
    return section.row.section == "before/processes.json";
  });
  return ParseProcesses(table->bytes, "processes.json")->processes.at(0).fds;
}

/// Who owns it may be dead a moment after the lift; where little is shared nothing is held for it.
TEST(TakePhotograph, WhereMuchIsSharedItsOwnersAreReadBeforeTheLift) {
  EXPECT_EQ(DescriptorsSeen("anon 1000\nshmem 60000000\n"), 1U);
  EXPECT_EQ(DescriptorsSeen("anon 60000000\nshmem 1000\n"), std::nullopt);
  EXPECT_EQ(DescriptorsSeen("anon 1000\n"), std::nullopt) << "not known is not much";
}

TEST(TakePhotograph, TakesNoFileOfAnotherProcessThatGotTheNumber) {
  const FakeHost host;
  const std::string proc = fmt::format("proc/{}/", FakeHost::kInit);
  host.Write(proc + "smaps", "5000-6000 rw-p 00000000 00:00 0\n");
  const ProcessId init{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
  const auto ours =
      ReadProcessSection(host.view(), init, "smaps", "before/smaps/1", 100, BootTime::max());
  EXPECT_EQ(ours.row.outcome, Outcome::kComplete);
  const ProcessId earlier{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart - 1};
  const auto theirs =
      ReadProcessSection(host.view(), earlier, "smaps", "before/smaps/1", 100, BootTime::max());
  EXPECT_EQ(theirs.row.outcome, Outcome::kTooLate);
  EXPECT_TRUE(theirs.bytes.empty());
}

/// Seconds pass by for a program whose map has 200,000 lines: what is kept of it is bounded.
TEST(TakePhotograph, AMapWithoutEndIsCutAndSaysSo) {
  const FakeHost host;
  std::string map;
  for (int i = 0; map.size() < (std::size_t{5} << 20U); ++i) {
    map += fmt::format("{:08x}-{:08x} rw-p 00000000 00:00 0\nRss: 4 kB\nVmFlags: rd\n", i * 8192,
                       i * 8192 + 4096);
  }
  host.Write(fmt::format("proc/{}/smaps", FakeHost::kInit), map);
  const ProcessId init{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
  const auto section = ReadProcessSection(host.view(), init, "smaps", "before/smaps/1",
                                          std::size_t{4} << 20U, BootTime::max());
  EXPECT_EQ(section.row.outcome, Outcome::kPartial);
  EXPECT_NE(section.row.reason.find("only the first 4194304 bytes"), std::string::npos);
  EXPECT_LT(section.bytes.size(), (std::size_t{4} << 20U) + 65537);
}

TEST(TakePhotograph, AMapIsReadNoLongerThanItsDeadline) {
  const FakeHost host;
  host.Write(fmt::format("proc/{}/smaps", FakeHost::kInit), std::string(200000, '\n'));
  const ProcessId init{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
  const auto section = ReadProcessSection(host.view(), init, "smaps", "before/smaps/1",
                                          std::size_t{4} << 20U, NowBoot() - 1s);
  EXPECT_EQ(section.row.outcome, Outcome::kPartial);
  EXPECT_EQ(section.row.reason, "only the first 65536 bytes could be read in time");
}

/// The map of a process that dies ends between two mappings and looks whole.
TEST(TakePhotograph, AMapIsWholeOnlyWhileItsProcessIs) {
  const FakeHost host;
  const ProcessId init{.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
  const std::string status = fmt::format("proc/{}/status", FakeHost::kInit);
  EXPECT_FALSE(IsWhole(host.view(), init)) << "it has ended";
  host.Write(status, "Name:\teat\nVmRSS:\t4 kB\nShdPnd:\t0000000000000002\n");
  EXPECT_TRUE(IsWhole(host.view(), init));
  EXPECT_FALSE(IsWhole(host.view(), {.pid = FakeHost::kInit, .start_ticks = 1}));
  host.Write(status, "Name:\teat\nVmRSS:\t4 kB\nShdPnd:\t0000000000000100\n");
  EXPECT_FALSE(IsWhole(host.view(), init)) << "SIGKILL is on its way";
  host.Write(status, "Name:\teat\nShdPnd:\t0000000000000000\n");
  EXPECT_FALSE(IsWhole(host.view(), init)) << "its memory is gone";
}

void AddManyProcesses(const FakeHost& host, int count) {
  std::string procs;
  for (int pid = 10000; pid < 10000 + count; ++pid) {
    procs += fmt::format("{}\n", pid);
    host.AddProcess(pid, "many", 1, 5, FakeHost::kCgroup);
    host.Write(fmt::format("proc/{}/status", pid), "Name:\tmany\nVmRSS:\t4 kB\n");
  }
  host.SetProcs(FakeHost::kCgroup, procs);
}

TEST(TakePhotograph, WhereListingTookAllTheTimeSomeProcessesAreReadAllTheSame) {
  const FakeHost host;
  AddManyProcesses(host, 40);
  const auto cgroup = CgroupDir::Open(host.view(), FakeHost::kCgroup).value();
  const auto live = CollectProcesses(host.view(), cgroup,
                                     {.limit = Mebibytes(64), .most = 512, .deadline = BootTime{}});
  EXPECT_EQ(live.processes.size(), kReadAtLeast);
  EXPECT_EQ(live.total, 40U);
  EXPECT_TRUE(live.truncated);
}

/// One process in each of so many cgroups below the container's.
void AddManyCgroups(const FakeHost& host, int count) {
  host.SetProcs(FakeHost::kCgroup, "");
  for (int pid = 10000; pid < 10000 + count; ++pid) {
    const std::string cgroup = fmt::format("{}/{}", FakeHost::kCgroup, pid);
    host.AddProcess(pid, "many", 1, 5, cgroup);
    host.Write(fmt::format("proc/{}/status", pid), "Name:\tmany\nVmRSS:\t4 kB\n");
    host.SetProcs(cgroup, fmt::format("{}\n", pid));
  }
}

TEST(TakePhotograph, WhereTimeIsOverNoMoreCgroupsAreLookedThroughForProcesses) {
  const FakeHost host;
  AddManyCgroups(host, 40);
  const auto cgroup = CgroupDir::Open(host.view(), FakeHost::kCgroup).value();
  const auto all = CollectProcesses(host.view(), cgroup, {.limit = Mebibytes(64)});
  EXPECT_EQ(all.total, 40U);
  EXPECT_FALSE(all.truncated);
  const auto live =
      CollectProcesses(host.view(), cgroup, {.limit = Mebibytes(64), .deadline = BootTime{}});
  EXPECT_GT(live.processes.size(), 0U) << "some are read all the same";
  EXPECT_LE(live.total, kListedAtLeast);
  EXPECT_TRUE(live.truncated);
}

/// A container may make them without end.
TEST(TakePhotograph, NoMoreCgroupsThanTheBoundAreLookedThroughForProcesses) {
  const FakeHost host;
  AddManyCgroups(host, 40);
  const auto cgroup = CgroupDir::Open(host.view(), FakeHost::kCgroup).value();
  const auto live =
      CollectProcesses(host.view(), cgroup, {.limit = Mebibytes(64), .most_cgroups = 8});
  EXPECT_EQ(live.total, 7U) << "those of all but the container's own, which has none";
  EXPECT_EQ(live.processes.size(), 7U);
  EXPECT_TRUE(live.truncated);
}

TEST(TakePhotograph, MoreProcessesThanTheBoundAreCountedAndNotRead) {
  const FakeHost host;
  AddManyProcesses(host, 12);
  const auto cgroup = CgroupDir::Open(host.view(), FakeHost::kCgroup).value();
  const auto live = CollectProcesses(host.view(), cgroup, {.limit = Mebibytes(64), .most = 8});
  EXPECT_EQ(live.processes.size(), 8U);
  EXPECT_EQ(live.total, 12U);
  EXPECT_TRUE(live.truncated);
}

TEST(TakePhotograph, HasARowForEverySectionOfItsOwn) {
  const FakeHost host;
  const auto cgroup =
      std::make_shared<const CgroupDir>(CgroupDir::Open(host.view(), FakeHost::kCgroup).value());
  const auto taken = TakePhotograph({.host = host.view(), .cgroup = cgroup, .counted = cgroup});
  for (const char* name : {"before/shared_memory.json", "before/tmpfs.json", "before/io.pressure",
                           "before/cpu.pressure", "before/processes.json", "before/earlier.json"}) {
    EXPECT_TRUE(std::ranges::any_of(taken->sections, [&](const Section& section) {
      return section.row.section == name;
    })) << name;
  }
  EXPECT_GT(taken->took.count(), 0);
}

const Section* FindIn(const Photograph& photograph, std::string_view name) {
  const auto found = std::ranges::find_if(photograph.sections,
                                          [&](const Section& s) { return s.row.section == name; });
  return found == photograph.sections.end() ? nullptr : &*found;
}

/// Whoever waits for it has the table, the cgroup and the maps before what may take long is read.
TEST(TakePhotograph, HandsOutItsEssentialPartAsSoonAsTheContainerRunsOn) {
  const FakeHost host;
  const std::string proc = fmt::format("proc/{}/", FakeHost::kInit);
  host.Write(proc + "status", "Name:\teat\nVmRSS:\t4 kB\n");
  host.Write(proc + "smaps", "5000-6000 rw-p 00000000 00:00 0\nRss: 4 kB\n");
  host.SetProcs(FakeHost::kCgroup, fmt::format("{}\n", FakeHost::kInit));
  host.Write(std::string("cg") + FakeHost::kCgroup + "/memory.stat", "anon 1000\n");
  const auto cgroup =
      std::make_shared<const CgroupDir>(CgroupDir::Open(host.view(), FakeHost::kCgroup).value());
  bool released = false;
  std::shared_ptr<const Photograph> essential;
  PhotographRequest request{.host = host.view(), .cgroup = cgroup};
  request.hold = std::make_shared<FakeHold>([&released] { released = true; });
  request.on_essential = [&](std::shared_ptr<const Photograph> part) {
    EXPECT_TRUE(released) << "nobody is held for the copy";
    essential = std::move(part);
  };
  const auto whole = TakePhotograph(request);
  ASSERT_TRUE(essential);
  EXPECT_EQ(essential->taken_boot, whole->taken_boot);
  EXPECT_EQ(essential->processes, whole->processes);
  EXPECT_EQ(essential->held, 11ms);
  EXPECT_EQ(FindIn(*essential, "before/memory.stat")->bytes, "anon 1000\n");
  EXPECT_FALSE(FindIn(*essential, fmt::format("before/smaps/{}", FakeHost::kInit))->bytes.empty());
  const Section* later = FindIn(*essential, "before/shared_memory.json");
  ASSERT_TRUE(later);
  EXPECT_EQ(later->row.outcome, Outcome::kTooLate);
  EXPECT_FALSE(later->row.reason.empty());
  EXPECT_EQ(FindIn(*whole, "before/shared_memory.json")->row.outcome, Outcome::kComplete);
  EXPECT_EQ(std::ranges::count_if(whole->sections,
                                  [](const Section& section) {
                                    return section.row.section == "before/processes.json";
                                  }),
            1);
}

/// Files that have another line every few milliseconds and no end.
class EndlessFiles {
 public:
  EndlessFiles() = default;
  EndlessFiles(const EndlessFiles&) = delete;
  EndlessFiles& operator=(const EndlessFiles&) = delete;
  ~EndlessFiles() = default;

  void Add(const std::string& path) {
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0) << path;
    // For reading as well, so that neither this nor a write waits for a reader.
    ends_.emplace_back(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    ASSERT_TRUE(ends_.back().valid()) << path;
  }
  void Start() {
    writer_ = std::jthread([this](const std::stop_token& stop) {
      constexpr std::string_view kLine = "5000-6000 rw-p 00000000 00:00 0\n";
      while (!stop.stop_requested()) {
        for (const UniqueFd& end : ends_) (void)!write(end.get(), kLine.data(), kLine.size());
        std::this_thread::sleep_for(5ms);
      }
    });
  }

 private:
  std::vector<UniqueFd> ends_;
  std::jthread writer_;  ///< the last member: it ends before what it writes to
};

/// Ten processes, the maps of which have no end, but for that of the largest.
class EndlessMapsTest : public testing::Test {
 protected:
  EndlessMapsTest() {
    std::string procs;
    for (int pid = kLargest; pid < kLargest + kCount; ++pid) {
      procs += fmt::format("{}\n", pid);
      host_.AddProcess(pid, "many", 1, 5, FakeHost::kCgroup);
      const std::string proc = fmt::format("proc/{}/", pid);
      host_.Write(proc + "status", fmt::format("Name:\tmany\nVmRSS:\t{} kB\n", 90000 - pid));
      if (pid != kLargest) maps_.Add(host_.path() + "/" + proc + "smaps");
      maps_.Add(host_.path() + "/" + proc + "smaps_rollup");
    }
    host_.Write(fmt::format("proc/{}/smaps", kLargest), "5000-6000 rw-p 00000000 00:00 0\n");
    host_.SetProcs(FakeHost::kCgroup, procs);
    maps_.Start();
  }
  [[nodiscard]] std::shared_ptr<const Photograph> Take(std::shared_ptr<HeldContainer> hold) const {
    auto cgroup = CgroupDir::Open(host_.view(), FakeHost::kCgroup).value();
    return TakePhotograph({.host = host_.view(),
                           .cgroup = std::make_shared<const CgroupDir>(std::move(cgroup)),
                           .hold = std::move(hold)});
  }
  /// Every map that was begun is partial, every other one too late, and each of them says so.
  static void ExpectHonest(const Photograph& photograph) {
    for (int pid = kLargest + 1; pid < kLargest + kCount; ++pid) {
      const bool whole_map = pid < kLargest + kMaps;
      const auto* section = FindIn(
          photograph, fmt::format("before/{}/{}", whole_map ? "smaps" : "smaps_rollup", pid));
      ASSERT_TRUE(section) << pid;
      EXPECT_NE(section->row.outcome, Outcome::kComplete) << pid;
      EXPECT_FALSE(section->row.reason.empty()) << pid;
      EXPECT_TRUE(FindIn(photograph, fmt::format("before/status/{}", pid))) << pid;
    }
    const auto* last =
        FindIn(photograph, fmt::format("before/smaps_rollup/{}", kLargest + kCount - 1));
    ASSERT_TRUE(last);
    EXPECT_EQ(last->row.outcome, Outcome::kTooLate);
    EXPECT_NE(last->row.reason.find("time"), std::string::npos) << last->row.reason;
  }

  static constexpr int kLargest = 10000;
  static constexpr int kCount = 10;
  static constexpr int kMaps = 8;  ///< processes whose full maps are wanted
  FakeHost host_;
  EndlessFiles maps_;
};

/// Others wait for the thread that reads them.
TEST_F(EndlessMapsTest, OfAHeldContainerEndASecondAfterItRunsOn) {
  class ShortHold final : public HeldContainer {
   public:
    void Release() override { released_ = NowBoot(); }
    [[nodiscard]] BootTime table_deadline() const override { return begun_; }
    [[nodiscard]] bool overdue() const override { return false; }
    [[nodiscard]] std::optional<std::chrono::nanoseconds> held_for() const override {
      return released_ - begun_;
    }
    [[nodiscard]] BootTime released() const { return released_; }

   private:
    BootTime begun_ = NowBoot();
    BootTime released_{};
  };
  const auto hold = std::make_shared<ShortHold>();
  const auto taken = Take(hold);
  EXPECT_LT(NowBoot() - hold->released(), 2s);
  const auto* largest = FindIn(*taken, fmt::format("before/smaps/{}", kLargest));
  ASSERT_TRUE(largest);
  EXPECT_EQ(largest->row.outcome, Outcome::kComplete);
  ExpectHonest(*taken);
}

TEST_F(EndlessMapsTest, OfAContainerThatIsNotHeldEndAsWell) {
  const auto taken = Take(nullptr);
  EXPECT_LT(taken->took, 4s);
  ExpectHonest(*taken);
}

/// What the dying hold is not what the container held.
TEST(TakePhotograph, TakesNoFiguresOfACgroupWhoseProcessesWereKilledMeanwhile) {
  const FakeHost host;
  const std::string events = std::string("cg") + FakeHost::kCgroup + "/memory.events";
  host.Write(events, "oom 0\noom_kill 0\n");
  host.Write(fmt::format("proc/{}/status", FakeHost::kInit), "Name:\teat\nVmRSS:\t4 kB\n");
  host.Write(std::string("cg") + FakeHost::kCgroup + "/memory.stat", "anon 1000\n");
  host.SetProcs(FakeHost::kCgroup, fmt::format("{}\n", FakeHost::kInit));
  const auto cgroup =
      std::make_shared<const CgroupDir>(CgroupDir::Open(host.view(), FakeHost::kCgroup).value());
  /// The kill comes when the photographer asks how long it may read the table.
  class KilledMeanwhile final : public HeldContainer {
   public:
    explicit KilledMeanwhile(std::function<void()> kill) : kill_(std::move(kill)) {}
    void Release() override {}
    [[nodiscard]] BootTime table_deadline() const override {
      kill_();
      return NowBoot() + 10s;
    }
    [[nodiscard]] bool overdue() const override { return false; }
    [[nodiscard]] std::optional<std::chrono::nanoseconds> held_for() const override { return {}; }

   private:
    std::function<void()> kill_;
  };
  PhotographRequest request{.host = host.view(), .cgroup = cgroup, .counted = cgroup};
  const auto undisturbed = TakePhotograph(request);
  EXPECT_EQ(FindIn(*undisturbed, "before/memory.stat")->bytes, "anon 1000\n");
  EXPECT_FALSE(undisturbed->disturbed);
  request.hold =
      std::make_shared<KilledMeanwhile>([&] { host.Write(events, "oom 1\noom_kill 1\n"); });
  const auto taken = TakePhotograph(request);
  const Section* stat = FindIn(*taken, "before/memory.stat");
  EXPECT_EQ(stat->row.outcome, Outcome::kTooLate);
  EXPECT_TRUE(stat->bytes.empty());
  EXPECT_EQ(taken->kills, 0U);
  EXPECT_TRUE(taken->disturbed);
}

TEST(TakePhotograph, IsDisturbedWhenItsLargestProcessIsDying) {
  const FakeHost host;
  const std::string status = fmt::format("proc/{}/status", FakeHost::kInit);
  host.SetProcs(FakeHost::kCgroup, fmt::format("{}\n", FakeHost::kInit));
  const auto cgroup =
      std::make_shared<const CgroupDir>(CgroupDir::Open(host.view(), FakeHost::kCgroup).value());
  const PhotographRequest request{.host = host.view(), .cgroup = cgroup};
  host.Write(status, "Name:\teat\nVmRSS:\t4 kB\nShdPnd:\t0000000000000000\n");
  EXPECT_FALSE(TakePhotograph(request)->disturbed);
  host.Write(status, "Name:\teat\nVmRSS:\t4 kB\nShdPnd:\t0000000000000100\n");
  EXPECT_TRUE(TakePhotograph(request)->disturbed);
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
