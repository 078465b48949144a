#include "container/oci/asked_cgroup.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(AskedCgroup, IsTheScopeThatSystemdMakesInItsSlice) {
  EXPECT_EQ(AskedCgroup("agents.slice:docker:3f1c"), "/agents.slice/docker-3f1c.scope");
  EXPECT_EQ(AskedCgroup("a-b-c.slice:crio:1"), "/a.slice/a-b.slice/a-b-c.slice/crio-1.scope");
  EXPECT_EQ(AskedCgroup(":docker:3f1c"), "/system.slice/docker-3f1c.scope");
  EXPECT_EQ(AskedCgroup("-.slice:docker:3f1c"), "/docker-3f1c.scope");
  EXPECT_EQ(AskedCgroup("kubepods-besteffort-pod1_2.slice:cri-containerd:77"),
            "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1_2.slice/"
            "cri-containerd-77.scope");
}

TEST(AskedCgroup, IsAnAbsolutePathItself) {
  EXPECT_EQ(AskedCgroup("/docker/3f1c"), "/docker/3f1c");
  EXPECT_EQ(AskedCgroup("//docker/./3f1c/"), "/docker/3f1c");
  EXPECT_EQ(AskedCgroup("/a:b:c/3f1c"), "/a:b:c/3f1c");
}

TEST(AskedCgroup, IsNotToldWhereRuntimesDifferOrRefuse) {
  for (const char* path : {"",
                           "relative/web",
                           "web",
                           "/",
                           "/..",
                           "/a/../b",
                           "agents.slice",
                           "agents.slice:docker",
                           "agents.slice:docker:",
                           "agents.slice:docker:x.slice",
                           "agents.slice:a:b:c",
                           "a:b:c",
                           "agents:docker:1",
                           ".slice:docker:1",
                           "--.slice:docker:1",
                           "a--b.slice:docker:1",
                           "-a.slice:docker:1",
                           "a-.slice:docker:1",
                           "a/b.slice:docker:1",
                           "agents.slice:x:y/1"}) {
    EXPECT_EQ(AskedCgroup(path), "") << path;
  }
  EXPECT_EQ(AskedCgroup("/" + std::string(5000, 'a')), "");
}

}  // namespace
}  // namespace headroom
