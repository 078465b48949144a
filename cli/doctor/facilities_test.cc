#include "cli/doctor/facilities.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

/// A host that has all of it, in a temporary directory.
class FacilitiesTest : public testing::Test {
 protected:
  FacilitiesTest() {
    dir_.Write("cgroup/cgroup.controllers", "cpu memory pids\n");
    dir_.Write("proc/sys/kernel/osrelease", "6.1.0-44-amd64\n");
    dir_.Write("proc/pressure/memory", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    dir_.Write("kmsg", "");
    dir_.Write("tracing/instances/x", "");
    dir_.Write("run/systemd/x", "");
  }
  [[nodiscard]] std::string Path(const std::string& name) const { return dir_.path() + "/" + name; }
  void Remove(const std::string& name) const { std::filesystem::remove_all(Path(name)); }
  [[nodiscard]] HostFindings Look() const {
    return LookAtFacilities({.proc = Path("proc"), .cgroup_root = Path("cgroup")},
                            {.kmsg = Path("kmsg"),
                             .run_systemd = Path("run/systemd"),
                             .tracefs = Path("tracing"),
                             .older_tracefs = Path("debug/tracing"),
                             .huge_pages = Path("thp")});
  }
  [[nodiscard]] HostFinding Of(std::string_view topic) const {
    const HostFindings findings = Look();
    const auto found = std::ranges::find(findings, topic, &HostFinding::topic);
    return found == findings.end() ? HostFinding{} : *found;
  }

  TemporaryDirectory dir_;
};

TEST_F(FacilitiesTest, AHostThatHasAllOfThemLacksNothing) {
  const HostFindings findings = Look();
  EXPECT_EQ(findings.size(), 8U);
  for (const HostFinding& finding : findings) {
    EXPECT_EQ(finding.health, Health::kGood) << finding.topic << ": " << finding.found;
    EXPECT_TRUE(finding.consequence.empty()) << finding.topic;
  }
  EXPECT_EQ(Of("kernel").found, "Linux 6.1.0-44-amd64");
}

TEST_F(FacilitiesTest, EachThatIsLackingSaysWhatFollowsAndHowToGetIt) {
  for (const auto& [file, topic] : {std::pair{"cgroup", "cgroup"},
                                    {"proc/pressure", "pressure (PSI)"},
                                    {"kmsg", "kernel's log"},
                                    {"tracing", "tracing"}}) {
    Remove(file);
    const HostFinding finding = Of(topic);
    EXPECT_EQ(finding.health, Health::kLack) << topic;
    EXPECT_FALSE(finding.consequence.empty()) << topic;
    EXPECT_FALSE(finding.cure.empty()) << topic;
  }
  Remove("run");
  EXPECT_EQ(Of("systemd").health, Health::kNote) << "something else may start what it starts";
}

TEST_F(FacilitiesTest, TracefsMayLieBelowDebugfsAsOnOlderSystems) {
  Remove("tracing");
  dir_.Write("debug/tracing/instances/x", "");
  EXPECT_EQ(Of("tracing").health, Health::kGood);
}

TEST_F(FacilitiesTest, AKernelIsTooOldOnlyWhereItSaysSo) {
  const auto health_of = [&](const char* release) {
    dir_.Write("proc/sys/kernel/osrelease", release);
    return Of("kernel").health;
  };
  EXPECT_EQ(health_of("5.1.21\n"), Health::kLack);
  EXPECT_EQ(health_of("4.19.0-27-cloud\n"), Health::kLack);
  EXPECT_EQ(health_of("5.2-rc1\n"), Health::kGood);
  EXPECT_EQ(health_of("10.0\n"), Health::kGood);
  EXPECT_EQ(health_of("custom\n"), Health::kGood) << "no version that we know to be too old";
  Remove("proc/sys");
  EXPECT_EQ(Of("kernel").health, Health::kUnknown);
}

TEST_F(FacilitiesTest, WhetherLimitsWithinAreToldApartIsAskedOfACgroupWhereThereIsOne) {
  dir_.Write("cgroup/init.scope/memory.events", "oom 0\n");
  const HostFinding finding = Of("kernel");
  EXPECT_EQ(finding.health, Health::kLack);
  EXPECT_NE(finding.consequence.find("memory.events.local"), std::string::npos);
  dir_.Write("cgroup/init.scope/memory.events.local", "oom 0\n");
  EXPECT_EQ(Of("kernel").health, Health::kGood);
  dir_.Write("proc/sys/kernel/osrelease", "4.18.0-553.el8\n");
  EXPECT_EQ(Of("kernel").health, Health::kGood) << "a distribution has brought it to an older one";
}

TEST(JudgeCalls, OneThatCannotBeCalledIsALackAndTheOtherIsNot) {
  const HostFindings without_openat2 = JudgeCalls({.openat2 = ENOSYS});
  EXPECT_EQ(without_openat2[0].topic, "openat2");
  EXPECT_EQ(without_openat2[0].health, Health::kLack);
  EXPECT_FALSE(without_openat2[0].consequence.empty());
  EXPECT_FALSE(without_openat2[0].cure.empty());
  EXPECT_EQ(without_openat2[1].health, Health::kGood);
  const HostFindings without_pidfd_open = JudgeCalls({.pidfd_open = EPERM});
  EXPECT_EQ(without_pidfd_open[0].health, Health::kGood);
  EXPECT_EQ(without_pidfd_open[1].topic, "pidfd_open");
  EXPECT_EQ(without_pidfd_open[1].health, Health::kLack);
  EXPECT_NE(without_pidfd_open[1].found.find("not permitted"), std::string::npos)
      << without_pidfd_open[1].found;
}

}  // namespace
}  // namespace headroom
