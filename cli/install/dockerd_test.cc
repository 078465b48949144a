#include "cli/install/dockerd.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::string_view_literals;

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

TEST(DockerContainersWithDevice, AreThoseThatAskForOneOfTheKind) {
  const TemporaryDirectory dir;
  const auto write = [&](const char* id, const char* requests) {
    dir.Write(fmt::format("containers/{}/hostconfig.json", id),
              fmt::format(R"({{"DeviceRequests":{}}})", requests));
  };
  write("aaa", R"([{"Driver":"cdi","DeviceIDs":["a/b=c","headroom.dev/memory=watch"]}])");
  write("bbb", R"([{"DeviceIDs":["headroom.dev/memory2=watch"]},7,{"DeviceIDs":[7]}])");
  write("ccc", "null");
  write("ddd", R"({"DeviceIDs":["headroom.dev/memory=watch"]})");
  const auto found = DockerContainersWithDevice(dir.path(), "headroom.dev/memory");
  ASSERT_TRUE(found) << found.error().Message();
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ((*found)[0].id, "aaa");
}

TEST(ContainersOfRuntime, NoDockerHasNoneAndWhatCannotBeReadIsAnError) {
  const TemporaryDirectory dir;
  EXPECT_TRUE(ContainersOfRuntime(dir.path() + "/none", "headroom")->empty());
  dir.Write("containers/aaa/hostconfig.json/x", "a folder in the place of the file");
  EXPECT_FALSE(ContainersOfRuntime(dir.path(), "headroom"));
}

}  // namespace
}  // namespace headroom
