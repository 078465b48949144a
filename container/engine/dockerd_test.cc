#include "container/engine/dockerd.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string_view>

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

class DockerRootTest : public testing::Test {
 protected:
  [[nodiscard]] std::string Path(const std::string& name) const { return dir_.path() + "/" + name; }
  /// That path, as the value of a member of the configuration.
  void Configure(std::string_view key, const std::string& root) {
    dir_.Write("daemon.json", "{\"" + std::string(key) + "\": \"" + root + "\"}");
  }
  [[nodiscard]] std::string Root() const { return DockerDataRoot(host_, places_); }
  [[nodiscard]] std::optional<std::string> Find() const {
    return FindDockerContainer(host_, places_, "abc");
  }

  TemporaryDirectory dir_;
  HostView host_{.proc = Path("proc"), .cgroup_root = {}};
  DockerPlaces places_{.config = Path("daemon.json"), .root = Path("docker")};
};

TEST_F(DockerRootTest, IsTheUsualOneWhereNothingSaysAnother) {
  EXPECT_EQ(Root(), Path("docker"));
  dir_.Write("daemon.json", "{broken");
  EXPECT_EQ(Root(), Path("docker"));
  Configure("data-root", "relative");
  EXPECT_EQ(Root(), Path("docker"));
}

TEST_F(DockerRootTest, IsThatOfTheConfigurationAndTheFlagComesFirst) {
  Configure("graph", "/of/old");
  EXPECT_EQ(Root(), "/of/old");
  Configure("data-root", "/srv/docker");
  EXPECT_EQ(Root(), "/srv/docker");
  dir_.Write("proc/77/comm", "dockerd\n");
  dir_.Write("proc/77/cmdline", std::string("dockerd\0--data-root=/flag\0"sv));
  EXPECT_EQ(Root(), "/flag");
}

TEST_F(DockerRootTest, AContainerIsFoundBelowEitherRootAndWhereUsersAreRemapped) {
  EXPECT_EQ(Find(), std::nullopt);
  dir_.Write("srv/231072.231072/containers/abc/config.v2.json", "{}");
  EXPECT_EQ(Find(), std::nullopt) << "nothing says that it is there";
  Configure("data-root", Path("srv"));
  EXPECT_EQ(Find(), Path("srv/231072.231072/containers/abc"));
  dir_.Write("docker/containers/abc/config.v2.json", "{}");
  EXPECT_EQ(Find(), Path("docker/containers/abc"));
}

TEST_F(DockerRootTest, OnlyAFolderIsAContainer) {
  dir_.Write("docker/containers/abc", "a file");
  EXPECT_EQ(Find(), std::nullopt);
}

}  // namespace
}  // namespace headroom
