#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>

#include "base/log.h"
#include "base/testing/faults.h"
#include "base/testing/memory_directory.h"
#include "container/testing/fake_host.h"
#include "evidence/pack/check.h"
#include "evidence/testing/drafts.h"
#include "evidence/unwritten.h"
#include "supervisor/incident/publish.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// More calls than an incident takes, so that a loop over them ends by itself.
constexpr std::size_t kMostCalls = 3000;

/// As the photographer makes one, with a file in the bundle, one in a folder, and one that could
/// not be had.
std::shared_ptr<const Photograph> MadePhotograph() {
  auto photograph = std::make_shared<Photograph>();
  photograph->sections = {MadeSection("before/memory.stat", "anon 42\n"),
                          MadeSection("before/smaps/4321", "00400000-00401000 r-xp 0 00:00 0\n")};
  Section absent;
  absent.row = {.section = "before/memory.pressure",
                .outcome = Outcome::kUnavailable,
                .reason = "this kernel has no PSI"};
  photograph->sections.push_back(absent);
  return photograph;
}

CapturedIncident OneKill() {
  CapturedIncident incident;
  incident.container = std::make_shared<const Enrolment>(MadeEnrolment());
  incident.id = {incident.container->GenerationKey(), 0, 1};
  incident.photograph = MadePhotograph();
  incident.live = {MadeSection("cgroup/memory.max", "67108864\n"),
                   MadeSection("cgroup/ancestors/00-system.slice/memory.max", "max\n")};
  incident.record.generation = incident.id.generation;
  incident.record.oom_kill_to = 1;
  incident.record.levels = {
      {.path = "/system.slice/web.scope", .memory_max = {}, .events = {.oom_kill = 1}}};
  return incident;
}

class PublishFaultTest : public testing::Test {
 protected:
  PublishFaultTest() { SetLogLevel(static_cast<LogLevel>(0)); }  // hundreds of the same lines
  ~PublishFaultTest() override { SetLogLevel(LogLevel::kInfo); }

  [[nodiscard]] bool Publish() const { return PublishIncident(places_, incident_); }
  [[nodiscard]] std::vector<BundleEntry> Bundles() const { return store_.List().value(); }
  [[nodiscard]] std::size_t Kept() const {
    return Unwritten(places_.paths.run_dir).List().value().size();
  }
  void ExpectWholeBundles(const std::string& when) const {
    for (const BundleEntry& bundle : Bundles()) {
      const auto files = ReadBundleDirectory(bundle.path);
      ASSERT_TRUE(files) << when << ": " << files.error().Message();
      EXPECT_TRUE(CheckBundle(*files).faults.empty()) << when;
      for (const char* file : {"summary.json", "before/smaps/4321", "cgroup/memory.max"}) {
        EXPECT_TRUE(files->files.contains(file)) << when << ": no " << file;
      }
    }
  }
  /// As it is tried again after 30 s, or by the next headroomd.
  void ExpectTheNextAttemptSettlesIt(const std::string& when) const {
    EXPECT_TRUE(Publish()) << when;
    EXPECT_EQ(Bundles().size(), 1U) << when;
    EXPECT_EQ(Kept(), 0U) << when << ": a verdict is kept of what has its bundle";
    ExpectWholeBundles(when);
  }
  void Clear() const {
    fs::remove_all(places_.paths.store_dir);
    fs::remove_all(Unwritten(places_.paths.run_dir).dir());
  }

  FakeHost host_;
  MemoryDirectory memory_;
  PublishPlaces places_{
      .host = host_.view(),
      .paths = {.run_dir = memory_.path() + "/run", .store_dir = memory_.path() + "/bundles"}};
  Store store_{places_.paths.store_dir};
  CapturedIncident incident_ = OneKill();
};

/// Of the whole way: what is read for the verdict, the bundle, and the verdict that is kept
/// instead.
TEST_F(PublishFaultTest, WhicheverCallFailsTheIncidentIsInABundleOrItsVerdictIsKept) {
  for (const int error : {EIO, ENOSPC}) {
    std::set<std::string> calls;
    std::size_t at = 0;
    for (; at < kMostCalls; ++at) {
      bool published = false;
      const char* struck = nullptr;
      {
        const FaultPlan plan(at, Fault::kFails, error);
        published = Publish();
        struck = plan.struck();
      }
      if (struck == nullptr) break;
      calls.insert(struck);
      const std::string when = fmt::format("call {}, {}, errno {}", at, struck, error);
      EXPECT_EQ(Bundles().size(), published ? 1U : 0U) << when;
      EXPECT_EQ(Kept(), published ? 0U : 1U) << when;
      ExpectWholeBundles(when);
      ExpectTheNextAttemptSettlesIt(when);
      Clear();
    }
    EXPECT_LT(at, kMostCalls);
    for (const char* call : {"openat", "read", "write", "fsync", "renameat"}) {
      EXPECT_TRUE(calls.contains(call)) << call << " was never struck";
    }
  }
}

/// Then nothing can be promised but that what is told is true, and that it is all made good later.
TEST_F(PublishFaultTest, WhateverFailsFromACallOnNothingHalfIsLeftAndTheNextAttemptSettlesIt) {
  std::size_t at = 0;
  for (; at < kMostCalls; ++at) {
    bool published = false;
    bool struck = false;
    {
      const FaultPlan plan(at, Fault::kAllFail, EIO);
      published = Publish();
      struck = plan.struck() != nullptr;
    }
    if (!struck) break;
    const std::string when = fmt::format("all from call {} on", at);
    EXPECT_TRUE(!published || Bundles().size() == 1) << when << ": said to be published";
    EXPECT_LE(Bundles().size(), 1U) << when;
    ExpectWholeBundles(when);
    ExpectTheNextAttemptSettlesIt(when);
    Clear();
  }
  EXPECT_GT(at, 50U);
  EXPECT_LT(at, kMostCalls);
}

TEST_F(PublishFaultTest, WhereverHeadroomdDiesTheNextOneHasTheIncidentInOneWholeBundle) {
  std::size_t at = 0;
  for (; at < kMostCalls; ++at) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const FaultPlan plan(at, Fault::kProcessDies, 0);
      (void)Publish();
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    const std::string when = fmt::format("died before call {}", at);
    ASSERT_TRUE(store_.Sweep()) << when;
    ExpectWholeBundles(when);
    ExpectTheNextAttemptSettlesIt(when);
    Clear();
    if (WEXITSTATUS(status) != kDiedOfFault) break;
  }
  EXPECT_GT(at, 50U);
  EXPECT_LT(at, kMostCalls);
}

}  // namespace
}  // namespace headroom
