#include "cli/containers.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using Ids = std::vector<std::string>;

KnownContainer Known(const std::string& id, const std::string& name,
                     const std::vector<std::string>& aliases,
                     const std::string& engine = "docker") {
  return {.engine = engine, .id = id, .name = name, .aliases = aliases};
}

Ids Found(const std::vector<KnownContainer>& containers, std::string_view wanted) {
  Ids ids;
  for (const KnownContainer* found : Resolve(containers, wanted).found) ids.push_back(found->id);
  return ids;
}

/// As docker compose makes them, of two projects.
std::vector<KnownContainer> Composed() {
  return {Known("11", "shop-web-1", {"shop/web"}), Known("22", "shop-db-1", {"shop/db"}),
          Known("33", "blog-db-1", {"blog/db"})};
}

TEST(Resolve, FindsAServiceOfComposeByItsNameWithAndWithoutTheProjectsAndByPrefix) {
  for (const char* wanted : {"web", "shop/web", "we", "shop/w", "shop-web-1", "shop-w", "11"}) {
    EXPECT_EQ(Found(Composed(), wanted), Ids{"11"}) << wanted;
    EXPECT_FALSE(Resolve(Composed(), wanted).ambiguous) << wanted;
  }
  EXPECT_EQ(Found(Composed(), "blog/db"), Ids{"33"});
  EXPECT_EQ(Found(Composed(), "eb"), Ids{});
}

TEST(Resolve, OfOneServicesNameInTwoProjectsOrTwiceInOneNamesAll) {
  EXPECT_EQ(Found(Composed(), "db"), (Ids{"22", "33"}));
  EXPECT_TRUE(Resolve(Composed(), "db").ambiguous);
  EXPECT_TRUE(Resolve(Composed(), "shop").ambiguous);
  auto replicas = Composed();
  replicas.push_back(Known("44", "shop-web-2", {"shop/web"}));
  EXPECT_TRUE(Resolve(replicas, "shop/web").ambiguous);
  EXPECT_FALSE(Resolve(replicas, "shop-web-2").ambiguous);
}

TEST(Resolve, AServiceThatWasMadeAnewIsOneStill) {
  auto containers = Composed();
  containers.push_back(Known("55", "shop-web-1", {"shop/web"}));
  EXPECT_EQ(Found(containers, "web"), (Ids{"11", "55"}));
  EXPECT_FALSE(Resolve(containers, "web").ambiguous);
}

TEST(Resolve, AnEnginesOwnNameComesBeforeAServicesAndThatBeforeAPrefix) {
  auto containers = Composed();
  containers.push_back(Known("66", "web", {}));
  containers.push_back(Known("77", "web-old", {}));
  EXPECT_EQ(Found(containers, "web"), Ids{"66"});
  containers.erase(containers.end() - 2);
  EXPECT_EQ(Found(containers, "web"), Ids{"11"});
}

/// As containerd tells them, and cri-dockerd, where the engine's name is another.
TEST(Resolve, FindsAPodsContainersAndItsSandboxOnlyWhereThereIsNothingElse) {
  for (const bool in_alias : {false, true}) {
    const auto pod = [&](const std::string& id, const std::string& name) {
      return in_alias ? Known(id, "k8s_" + id, {name}) : Known(id, name, {}, "containerd");
    };
    std::vector<KnownContainer> containers = {pod("aa", "shop/api-7f"),
                                              pod("bb", "shop/api-7f/web")};
    for (const char* wanted :
         {"shop/api-7f/web", "shop/api-7f", "api-7f", "api-7f/web", "web", "api", "shop"}) {
      EXPECT_EQ(Found(containers, wanted), Ids{"bb"}) << wanted;
    }
    containers.push_back(pod("cc", "shop/api-7f/log"));
    EXPECT_EQ(Found(containers, "shop/api-7f"), (Ids{"bb", "cc"}));
    EXPECT_TRUE(Resolve(containers, "api-7f").ambiguous);
    EXPECT_EQ(Found({containers[0]}, "shop/api-7f"), Ids{"aa"});
  }
}

TEST(MeansPath, IsWhatBeginsAsOneOrLiesThere) {
  const TemporaryDirectory dir;
  dir.Write("a/b/manifest.json", "{}");
  EXPECT_TRUE(MeansPath(dir.path() + "/a/b"));
  EXPECT_TRUE(MeansPath("/nothing/there"));
  EXPECT_TRUE(MeansPath("./web"));
  EXPECT_TRUE(MeansPath("../web"));
  EXPECT_FALSE(MeansPath("namespace/pod/web"));
  EXPECT_FALSE(MeansPath("web"));
  EXPECT_FALSE(MeansPath(""));
}

}  // namespace
}  // namespace headroom
