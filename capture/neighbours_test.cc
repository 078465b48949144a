#include "capture/neighbours.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

void SetUse(const FakeHost& host, const std::string& cgroup, std::uint64_t bytes) {
  host.AddCgroup(cgroup, "max", "max");
  host.Write("cg" + cgroup + "/memory.current", fmt::format("{}\n", bytes));
}

std::vector<std::string> PathsOf(const Neighbours& neighbours) {
  std::vector<std::string> paths;
  paths.reserve(neighbours.cgroups.size());
  for (const Neighbour& row : neighbours.cgroups) paths.push_back(row.path);
  return paths;
}

FakeHost& OnV2(FakeHost& host) {
  host.Write("cg/cgroup.controllers", "cpu memory pids\n");
  host.Write("proc/meminfo", "MemFree: 10 kB\nMemAvailable: 30 kB\n");
  return host;
}

TEST(LookAround, BelowACgroupAreItsChildrenLargestFirst) {
  FakeHost host;
  OnV2(host);
  SetUse(host, "/box.slice/small", 10);
  SetUse(host, "/box.slice/large", 90000000);
  SetUse(host, "/box.slice/large/inner", 80000000);
  host.Write("cg/box.slice/large/memory.stat", "anon 70\nfile 20\nshmem 5\n");
  const auto around = LookAround(host.view(), "/box.slice");
  ASSERT_TRUE(around.has_value()) << around.error().Message();
  EXPECT_EQ(PathsOf(*around),
            (std::vector<std::string>{"/box.slice/large", "/box.slice/web", "/box.slice/small"}));
  EXPECT_EQ(around->total, 3U);
  EXPECT_FALSE(around->truncated);
  EXPECT_EQ(around->cgroups[0].current, Bytes{90000000});
  EXPECT_EQ(around->cgroups[0].anon, Bytes{70});
  EXPECT_EQ(around->cgroups[0].shmem, Bytes{5});
  EXPECT_EQ(around->cgroups[0].file, Bytes{20});
  EXPECT_EQ(around->cgroups[0].max, Limit::Unlimited());
  EXPECT_EQ(around->cgroups[1].max, Limit(Mebibytes(64)));
  EXPECT_EQ(around->cgroups[1].anon, std::nullopt) << "without a memory.stat it is not known";
  EXPECT_EQ(around->host_free, Kibibytes(10));
  EXPECT_EQ(around->host_available, Kibibytes(30));
}

TEST(LookAround, OfTheHostAreItsUnitsAndContainers) {
  FakeHost host;
  OnV2(host);
  SetUse(host, "/system.slice/docker-1.scope", 5);
  SetUse(host, "/system.slice/docker-1.scope/inner", 5);
  SetUse(host, "/user.slice/user-1.slice/user@1.service/app.slice/x.service", 4);
  SetUse(host, "/docker/abc", 3);
  host.SetProcs("/docker/abc", "77\n");
  SetUse(host, "/docker/empty", 9);
  const auto around = LookAround(host.view(), kHostLevel);
  ASSERT_TRUE(around.has_value()) << around.error().Message();
  EXPECT_EQ(PathsOf(*around),
            (std::vector<std::string>{"/box.slice/web", "/system.slice/docker-1.scope",
                                      "/user.slice/user-1.slice/user@1.service/app.slice/x.service",
                                      "/docker/abc"}));
  EXPECT_EQ(around->level, "host");
}

TEST(LookAround, IsBoundedAndSaysSo) {
  FakeHost host;
  OnV2(host);
  for (int i = 0; i < 22; ++i) {
    host.Write(fmt::format("cg/box.slice/n{}/cgroup.controllers", i), "memory\n");
    host.Write(fmt::format("cg/box.slice/n{}/memory.current", i), fmt::format("{}\n", i));
  }
  const auto rows = LookAround(host.view(), "/box.slice");
  EXPECT_EQ(rows->cgroups.size(), 20U);
  EXPECT_EQ(rows->total, 23U);
  EXPECT_FALSE(rows->truncated) << "all were looked at";
  const auto few = LookAround(host.view(), "/box.slice", {.most_directories = 5});
  EXPECT_TRUE(few->truncated);
  EXPECT_EQ(few->total, 5U);
  const auto late = LookAround(host.view(), kHostLevel, {.longest = std::chrono::seconds(-1)});
  EXPECT_TRUE(late->truncated);
  EXPECT_TRUE(late->cgroups.empty());
}

TEST(LookAround, SaysWhyItCannot) {
  FakeHost host;
  OnV2(host);
  EXPECT_FALSE(LookAround(host.view(), "/box.slice/gone").has_value());
  host.Write("cg/cgroup.controllers", "cpu pids\n");
  EXPECT_EQ(LookAround(host.view(), kHostLevel).error().code, ErrorCode::kNotFound);
}

TEST(MarkNeighbours, TellsContainerVictimAndTriggerApart) {
  Neighbours around;
  around.cgroups = {{.path = "/s/a"}, {.path = "/s/ab"}, {.path = "/s/c"}};
  MarkNeighbours(around, "/s/a", "/s/a/job", "/s/c");
  EXPECT_TRUE(around.cgroups[0].container);
  EXPECT_TRUE(around.cgroups[0].victim);
  EXPECT_FALSE(around.cgroups[0].trigger);
  EXPECT_FALSE(around.cgroups[1].container) << "a name that begins alike is another cgroup";
  EXPECT_FALSE(around.cgroups[1].victim);
  EXPECT_TRUE(around.cgroups[2].trigger);
  MarkNeighbours(around, "/s/a", "", "");
  EXPECT_FALSE(around.cgroups[0].victim) << "not known is nobody's";
}

}  // namespace
}  // namespace headroom
