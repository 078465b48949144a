#include "container/engine/lxc.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

OciConfig V2(std::string_view text) {
  return ParseLxcConfig(text, "config", CgroupVersion::kV2).value_or(OciConfig{});
}
OciConfig V1(std::string_view text) {
  return ParseLxcConfig(text, "config", CgroupVersion::kV1).value_or(OciConfig{});
}

TEST(LxcConfig, TheKeysOfEachHierarchyAreThoseThatLxcWritesThere) {
  const char* text =
      "lxc.cgroup2.memory.max = 64M\nlxc.cgroup.memory.limit_in_bytes = 32M\n"
      "lxc.cgroup.memory.oom_control = 1\nlxc.cgroup2.pids.max = 20\n"
      "lxc.cgroup2.devices.allow = c 1:3 rwm\n";
  EXPECT_EQ(V2(text).memory_limit, Limit(Mebibytes(64)));
  EXPECT_EQ(V2(text).unified.at("memory.max"), "67108864");
  EXPECT_EQ(V2(text).unified.at("pids.max"), "20");
  EXPECT_EQ(V2(text).unified.size(), 2U);
  EXPECT_EQ(V2(text).disable_oom_killer, std::nullopt);
  EXPECT_EQ(V1(text).memory_limit, Limit(Mebibytes(32)));
  EXPECT_EQ(V1(text).disable_oom_killer, true);
  EXPECT_TRUE(V1(text).unified.empty());
}

TEST(LxcConfig, TheLastOneCountsAndAnEmptyOneTakesBack) {
  EXPECT_EQ(V2("lxc.cgroup2.memory.max=1G\nlxc.cgroup2.memory.max=512k\n").memory_limit,
            Limit(Bytes{524288}));
  EXPECT_EQ(V2("lxc.cgroup2.memory.max = 1G\nlxc.cgroup2.memory.max =\n").memory_limit,
            std::nullopt);
  EXPECT_EQ(V1("lxc.cgroup.memory.limit_in_bytes = 1G\nlxc.cgroup.memory.limit_in_bytes =\n")
                .memory_limit,
            std::nullopt);
}

TEST(LxcConfig, NoLimitIsNotUnknown) {
  EXPECT_EQ(V2("lxc.cgroup2.memory.max = max\n").memory_limit, Limit::Unlimited());
  EXPECT_EQ(V1("lxc.cgroup.memory.limit_in_bytes = -1\n").memory_limit, Limit::Unlimited());
  EXPECT_EQ(V2("").memory_limit, std::nullopt);
  EXPECT_EQ(V2("lxc.cgroup2.memory.max = much\n").memory_limit, std::nullopt);
  EXPECT_EQ(V2("lxc.cgroup2.memory.max = 99999999999E\n").memory_limit, std::nullopt);
}

TEST(LxcConfig, QuotesBlanksAndCommentsAreLxcs) {
  EXPECT_EQ(V2("# c\n\n \t lxc.cgroup2.memory.max \t= \"64M\" \r\n").memory_limit,
            Limit(Mebibytes(64)));
  EXPECT_EQ(V2("#lxc.cgroup2.memory.max = 64M\n").memory_limit, std::nullopt);
}

TEST(LxcConfig, ALineWithoutEqualsIsAnErrorWithItsNumber) {
  const auto config = ParseLxcConfig("a = 1\n\x1b[31m\n", "web/config", CgroupVersion::kV2);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().Message(), "web/config: line 2 is \"\\x1b[31m\", expected KEY = VALUE");
}

TEST(LxcConfig, OnlyARegularFileIsRead) {
  const TemporaryDirectory dir;
  dir.Write("config", "lxc.cgroup2.memory.max = 64M\n");
  EXPECT_TRUE(ReadLxcConfig(dir.path() + "/config", CgroupVersion::kV2));
  EXPECT_FALSE(ReadLxcConfig(dir.path(), CgroupVersion::kV2));
  EXPECT_FALSE(ReadLxcConfig(dir.path() + "/none", CgroupVersion::kV2));
}

TEST(LxcState, IsWhatTheEnvironmentTells) {
  const auto state = StateOfLxc({.name = "web", .pid = "4321", .config_file = {}});
  ASSERT_TRUE(state);
  EXPECT_EQ(state->id, "web");
  EXPECT_EQ(state->pid, 4321);
  EXPECT_EQ(state->bundle, std::nullopt);
  EXPECT_EQ(StateOfLxc({.name = "web", .pid = {}, .config_file = {}})->pid, std::nullopt);
}

TEST(LxcState, WithoutANameOrWithANonsensePidThereIsNone) {
  for (const char* pid : {"", "0", "-1", "12x", "99999999999"}) {
    EXPECT_FALSE(StateOfLxc({.name = "web", .pid = pid, .config_file = {}})) << pid;
  }
  EXPECT_FALSE(StateOfLxc({.name = {}, .pid = "1", .config_file = {}}));
  EXPECT_FALSE(StateOfLxc({.name = "", .pid = "1", .config_file = {}}));
}

}  // namespace
}  // namespace headroom
