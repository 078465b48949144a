#include "cli/install/dockerd.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::string_view_literals;

TEST(DockerdFlags, AreReadInBothSpellings) {
  const auto flags = ParseDockerdFlags(
      "/usr/sbin/dockerd\0-H\0fd://\0--config-file\0/srv/d.json\0--data-root=/data\0"
      "--add-runtime\0x=/x\0--default-runtime=x\0"sv);
  EXPECT_EQ(flags.config_file, "/srv/d.json");
  EXPECT_EQ(flags.data_root, "/data");
  EXPECT_TRUE(flags.add_runtime);
  EXPECT_TRUE(flags.default_runtime);
}

TEST(DockerdFlags, AreAbsentWhereTheyAreNot) {
  for (const std::string_view line :
       {"dockerd\0-H\0fd://\0"sv, ""sv, "\0\0"sv, "--config-file\0/x\0"sv,
        "dockerd\0--config-files\0/x\0--data-rooted=1\0"sv, "dockerd\0--config-file\0"sv}) {
    const auto flags = ParseDockerdFlags(line);
    EXPECT_FALSE(flags.config_file || flags.data_root || flags.add_runtime ||
                 flags.default_runtime);
  }
}

TEST(DockerdFlags, AreThoseOfTheProcessOfThatName) {
  const TemporaryDirectory dir;
  dir.Write("12/comm", "bash\n");
  dir.Write("12/cmdline", std::string("dockerd\0--data-root=/no\0"sv));
  dir.Write("self/comm", "dockerd\n");
  dir.Write("77/comm", "dockerd\n");
  dir.Write("77/cmdline", std::string("dockerd\0--data-root=/yes\0"sv));
  EXPECT_EQ(FlagsOfDockerd({.proc = dir.path(), .cgroup_root = {}}).data_root, "/yes");
  EXPECT_EQ(FlagsOfDockerd({.proc = dir.path() + "/none", .cgroup_root = {}}).data_root,
            std::nullopt);
}

TEST(DockerdFlags, ADockerdWithinAContainerIsAnother) {
  const TemporaryDirectory dir;
  dir.Write("77/comm", "dockerd\n");
  dir.Write("77/cmdline", std::string("dockerd\0--data-root=/inner\0"sv));
  dir.Write("77/ns/x", "");
  dir.Write("self/ns/x", "");
  ASSERT_EQ(symlink("pid:[1]", (dir.path() + "/self/ns/pid").c_str()), 0);
  ASSERT_EQ(symlink("pid:[2]", (dir.path() + "/77/ns/pid").c_str()), 0);
  EXPECT_EQ(FlagsOfDockerd({.proc = dir.path(), .cgroup_root = {}}).data_root, std::nullopt);
}

TEST(ContainersOfRuntime, AreThoseWhoseFileNamesIt) {
  const TemporaryDirectory dir;
  dir.Write("containers/aaa/hostconfig.json", R"({"Runtime":"headroom"})");
  dir.Write("containers/aaa/config.v2.json", R"({"Name":"/web"})");
  dir.Write("containers/bbb/hostconfig.json", R"({"Runtime":"runc"})");
  dir.Write("containers/ccc/hostconfig.json", R"({"Runtime":"headroom"})");
  dir.Write("containers/ddd/config.v2.json", "{}");
  dir.Write("containers/eee/hostconfig.json", "{broken");
  dir.Write("containers/fff", "no folder");
  dir.Write("165536.165536/containers/ggg/hostconfig.json", R"({"Runtime":"headroom"})");
  dir.Write("buildkit.x/containers/hhh/hostconfig.json", R"({"Runtime":"headroom"})");
  const auto found = ContainersOfRuntime(dir.path(), "headroom");
  ASSERT_TRUE(found) << found.error().Message();
  ASSERT_EQ(found->size(), 3U);
  EXPECT_EQ((*found)[0].id, "aaa");
  EXPECT_EQ((*found)[0].name, "web");
  EXPECT_EQ((*found)[1].id, "ccc");
  EXPECT_EQ((*found)[1].name, "");
  EXPECT_EQ((*found)[2].id, "ggg");
}

TEST(ContainersOfRuntime, NoDockerHasNoneAndWhatCannotBeReadIsAnError) {
  const TemporaryDirectory dir;
  EXPECT_TRUE(ContainersOfRuntime(dir.path() + "/none", "headroom")->empty());
  dir.Write("containers/aaa/hostconfig.json/x", "a folder in the place of the file");
  EXPECT_FALSE(ContainersOfRuntime(dir.path(), "headroom"));
}

}  // namespace
}  // namespace headroom
