#include "container/engine/pod_name.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

const PodName kWeb{.name_space = "shop", .name = "web-0"};

TEST(PodOf, IsStatedByEachEngineInItsOwnWords) {
  EXPECT_EQ(PodOf("containerd",
                  {{"io.kubernetes.cri.sandbox-name", "web-0"},
                   {"io.kubernetes.cri.sandbox-namespace", "shop"}},
                  {}),
            kWeb);
  EXPECT_EQ(
      PodOf("cri-o",
            {{"io.kubernetes.cri-o.KubeName", "web-0"}, {"io.kubernetes.cri-o.Namespace", "shop"}},
            {}),
      kWeb);
  const Annotations plain = {{"io.kubernetes.pod.name", "web-0"},
                             {"io.kubernetes.pod.namespace", "shop"}};
  EXPECT_EQ(PodOf("cri-o", plain, {}), kWeb);
  EXPECT_EQ(PodOf("docker", {}, plain), kWeb) << "cri-dockerd has labels";
}

TEST(PodOf, IsNotKnownWhereOneOfBothNamesIsMissing) {
  EXPECT_FALSE(PodOf("containerd", {{"io.kubernetes.cri.sandbox-name", "web-0"}}, {}));
  EXPECT_FALSE(PodOf(
      "containerd",
      {{"io.kubernetes.cri.sandbox-name", ""}, {"io.kubernetes.cri.sandbox-namespace", "shop"}},
      {}));
  EXPECT_FALSE(PodOf("runc", {}, {}));
}

TEST(PodOf, PodmansPodsAreNoneOfAKubelet) {
  EXPECT_FALSE(PodOf("podman",
                     {{"io.kubernetes.pod.name", "web-0"}, {"io.kubernetes.pod.namespace", "shop"}},
                     {}));
}

TEST(KubernetesName, HasNothingInItThatALineOfALogCouldBreakAt) {
  EXPECT_TRUE(IsKubernetesName("web-0.example"));
  EXPECT_TRUE(IsKubernetesName(std::string(253, 'a')));
  EXPECT_FALSE(IsKubernetesName(std::string(254, 'a')));
  for (const char* name : {"", "Web", "a b", "a/b", "a_b", "a\"", "a\n", "\xc3\xa4"}) {
    EXPECT_FALSE(IsKubernetesName(name)) << name;
  }
}

}  // namespace
}  // namespace headroom
