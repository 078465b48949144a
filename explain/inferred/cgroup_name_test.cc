#include "explain/inferred/cgroup_name.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace headroom {
namespace {

const std::string kId = std::string(60, 'a') + "0123";
const std::string kOther = std::string(64, 'b');

TEST(CgroupNamedAfter, KnowsTheShapesOfEveryEngine) {
  for (const std::string& path :
       {fmt::format("/system.slice/docker-{}.scope", kId), fmt::format("/docker/{}", kId),
        fmt::format("/machine.slice/libpod-{}.scope", kId),
        fmt::format("/machine.slice/machine-libpod_pod_{}.slice/libpod-{}.scope", kOther, kId),
        fmt::format("/libpod_parent/libpod-{}", kId),
        fmt::format("/system.slice/web.service/libpod-payload-{}", kId),
        fmt::format("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1_2.slice/"
                    "cri-containerd-{}.scope",
                    kId),
        fmt::format("/kubepods/burstable/pod8a/{}", kId),
        fmt::format("/kubepods.slice/crio-{}.scope", kId),
        fmt::format("/user.slice/runc-{}.scope", kId),
        fmt::format("/system.slice/crun-{}.scope", kId)}) {
    EXPECT_EQ(CgroupNamedAfter(path, kId), path);
    EXPECT_EQ(CgroupNamedAfter(path + "/container/deep", kId), path) << "what lies below is its";
    EXPECT_EQ(FullIdIn(path + "/x", kId.substr(0, 12)), kId) << path;
  }
  EXPECT_EQ(CgroupNamedAfter("/lxc.payload.web/init.scope", "web"), "/lxc.payload.web");
  EXPECT_EQ(CgroupNamedAfter("/system.slice/job.service/web", "web"),
            "/system.slice/job.service/web");
}

TEST(CgroupNamedAfter, AnIdIsComparedWhole) {
  const std::string path = "/system.slice/docker-" + kId + ".scope";
  EXPECT_FALSE(CgroupNamedAfter(path, kId.substr(0, 12)));
  EXPECT_FALSE(CgroupNamedAfter(path, kOther));
  EXPECT_FALSE(CgroupNamedAfter("/webserver", "web"));
  EXPECT_FALSE(CgroupNamedAfter("/system.slice/web.service", "web"));
}

TEST(CgroupNamedAfter, WhatAContainerNamedInItsOwnCgroupIsNobodyElses) {
  const std::string inside =
      fmt::format("/system.slice/docker-{}.scope/docker-{}.scope", kOther, kId);
  EXPECT_FALSE(CgroupNamedAfter(inside, kId));
  EXPECT_FALSE(CgroupNamedAfter("/docker/" + kOther + "/web", "web"));
  EXPECT_FALSE(FullIdIn(inside, kId.substr(0, 12)));
  EXPECT_TRUE(CgroupNamedAfter(inside, kOther));
}

TEST(IsNamedInside, IsOfAContainerBelowAnotherAlone) {
  const std::string other = "/system.slice/docker-" + kOther + ".scope";
  EXPECT_TRUE(IsNamedInside(other + "/docker/" + kId, kId));
  EXPECT_FALSE(IsNamedInside("/docker/" + kId, kId)) << "that is the container itself";
  EXPECT_FALSE(IsNamedInside(other, kId));
  EXPECT_FALSE(IsNamedInside(other + "/x" + kId, kId));
  EXPECT_FALSE(IsNamedInside("", kId));
  EXPECT_FALSE(IsNamedInside(other + "/", ""));
  EXPECT_TRUE(IsInContainer(other + "/deep/down"));
  EXPECT_FALSE(IsInContainer("/system.slice/web.service"));
  EXPECT_FALSE(IsInContainer("x"));
}

TEST(CgroupNamedAfter, ConmonIsNotItsContainer) {
  EXPECT_FALSE(CgroupNamedAfter("/machine.slice/libpod-conmon-" + kId + ".scope", kId));
  EXPECT_FALSE(FullIdIn("/machine.slice/crio-conmon-" + kId + ".scope", kId.substr(0, 12)));
}

TEST(CgroupNamedAfter, TakesAnyText) {
  for (const std::string& path :
       {std::string(), std::string("/"), std::string("//"), std::string("web"),
        std::string("\0/x", 3), std::string("/a//")}) {
    EXPECT_FALSE(CgroupNamedAfter(path, "zz"));
    EXPECT_FALSE(CgroupNamedAfter(path, ""));
    EXPECT_FALSE(FullIdIn(path, ""));
  }
}

TEST(FullIdIn, WantsEnoughDigits) {
  const std::string path = "/docker/" + kId;
  EXPECT_FALSE(FullIdIn(path, "aaaaa"));
  EXPECT_TRUE(FullIdIn(path, "aaaaaa"));
  EXPECT_FALSE(FullIdIn(path, "aaaaaz"));
}

}  // namespace
}  // namespace headroom
