#include "evidence/bundle_owner.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

/// A container of that engine at one of its starts, each of which has an id of its own.
struct Start {
  BundleEntry bundle;
  Enrolment container;
};
Start StartOf(const std::string& engine, const std::string& id) {
  Start start;
  start.container.engine = engine;
  start.container.id = id;
  start.container.cgroup.path = "/apps/" + id;
  start.bundle.container_dir = StoreContainerDir(start.container);
  return start;
}
BundleOwner OwnerOf(const Start& start) { return OwnerOf(start.bundle, start.container); }

TEST(BundleOwner, ANameIsTheSameContainerWhateverItsId) {
  Start one = StartOf("podman", "1111");
  Start two = StartOf("podman", "2222");
  one.container.name = two.container.name = "job";
  EXPECT_EQ(OwnerOf(one).container, OwnerOf(two).container);
  two.container.engine = "docker";
  EXPECT_NE(OwnerOf(one).container, OwnerOf(two).container) << "each engine has names of its own";
}

TEST(BundleOwner, APodsContainerIsTheSameAfterEachRestart) {
  Start one = StartOf("docker", "1111");
  Start two = StartOf("docker", "2222");
  one.container.pod = two.container.pod = PodName{.name_space = "shop", .name = "web-0"};
  one.container.aliases = two.container.aliases = {"shop/web-0/app"};
  one.container.name = "k8s_app_web-0_shop_77_0";
  two.container.name = "k8s_app_web-0_shop_77_1";
  EXPECT_EQ(OwnerOf(one).container, OwnerOf(two).container);
  two.container.aliases = {"shop/web-0/sidecar"};
  EXPECT_NE(OwnerOf(one).container, OwnerOf(two).container);
}

TEST(BundleOwner, WithoutANameTheIdIsAllThereIs) {
  EXPECT_NE(OwnerOf(StartOf("crun", "a")).container, OwnerOf(StartOf("crun", "b")).container);
  EXPECT_EQ(OwnerOf(StartOf("crun", "a")).container, "crun-a");
}

TEST(BundleOwner, ContainersOfOneImageAreAlikeWithinTheirNamespace) {
  Start one = StartOf("docker", "1111");
  Start two = StartOf("docker", "2222");
  one.container.name = "funny_newton";
  two.container.name = "sad_bohr";
  one.container.image = two.container.image = "job:1";
  EXPECT_NE(OwnerOf(one).container, OwnerOf(two).container);
  EXPECT_EQ(OwnerOf(one).kind, OwnerOf(two).kind);
  one.container.pod = PodName{.name_space = "mine", .name = "a"};
  two.container.pod = PodName{.name_space = "yours", .name = "a"};
  EXPECT_NE(OwnerOf(one).kind, OwnerOf(two).kind) << "another tenant's";
}

TEST(BundleOwner, RunsOfOneComposeServiceAreAlike) {
  Start one = StartOf("docker", "1111");
  Start two = StartOf("docker", "2222");
  one.container.name = "shop-job-run-1a";
  two.container.name = "shop-job-run-2b";
  one.container.aliases = two.container.aliases = {"shop/job"};
  one.container.image = "job:1";
  two.container.image = "job:2";
  EXPECT_EQ(OwnerOf(one).kind, OwnerOf(two).kind);
}

TEST(BundleOwner, WithoutAnImageThoseBelowOneCgroupAreAlike) {
  EXPECT_EQ(OwnerOf(StartOf("crun", "a")).kind, OwnerOf(StartOf("crun", "b")).kind);
  Start other = StartOf("crun", "c");
  other.container.cgroup.path = "/elsewhere/c";
  EXPECT_NE(OwnerOf(StartOf("crun", "a")).kind, OwnerOf(other).kind);
}

TEST(BundleOwner, OfOneThatCannotBeReadTheFolderIsAllThereIs) {
  const Start start = StartOf("crun", "a");
  EXPECT_EQ(OwnerOf(start.bundle, std::nullopt), (BundleOwner{"crun-a", "crun-a"}));
}

TEST(BundleOwner, NoNameCanPoseAsAnother) {
  Start one = StartOf("crun", "a");
  Start two = StartOf("crun", "b");
  one.container.name = "x";
  one.container.image = "name";
  two.container.name = "image";
  two.container.image = "x";
  EXPECT_NE(OwnerOf(one).container, OwnerOf(two).kind);
  EXPECT_NE(OwnerOf(one).kind, OwnerOf(two).container);
}

}  // namespace
}  // namespace headroom
