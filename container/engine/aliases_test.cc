#include "container/engine/aliases.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using Names = std::vector<std::string>;

constexpr const char* kProject = "com.docker.compose.project";
constexpr const char* kService = "com.docker.compose.service";

TEST(AliasesOf, AServiceOfComposeIsItsProjectsService) {
  EXPECT_EQ(AliasesOf({}, {{kProject, "shop"}, {kService, "web"}}, {}), Names{"shop/web"});
  EXPECT_EQ(AliasesOf({{kProject, "shop"}, {kService, "web"}}, {}, {}), Names{"shop/web"});
  EXPECT_EQ(AliasesOf({}, {{"io.podman.compose.project", "shop"}, {kService, "web"}}, {}),
            Names{"shop/web"});
  EXPECT_EQ(AliasesOf({}, {{kService, "web"}}, {}), Names{"web"}) << "a project is not known";
  EXPECT_EQ(AliasesOf({}, {{kProject, "shop"}}, {}), Names{}) << "a project alone is no container";
}

TEST(AliasesOf, WhatIsNoNameIsLeftOut) {
  for (const char* bad : {"", "a b", "a/b", "..", ".", "\x1b[31m", "\xff"}) {
    EXPECT_EQ(AliasesOf({}, {{kProject, "shop"}, {kService, bad}}, {}), Names{}) << bad;
    EXPECT_EQ(AliasesOf({}, {{kProject, bad}, {kService, "web"}}, {}), Names{"web"}) << bad;
  }
  EXPECT_EQ(AliasesOf({}, {{kService, std::string(253, 'a')}}, {}).size(), 1U);
  EXPECT_EQ(AliasesOf({}, {{kService, std::string(254, 'a')}}, {}), Names{});
}

TEST(AliasesOf, APodsContainerHasAllThreeNamesAndItsSandboxTwo) {
  const PodName pod{.name_space = "shop", .name = "api-7f"};
  EXPECT_EQ(AliasesOf({{"io.kubernetes.cri.container-name", "web"}}, {}, pod),
            Names{"shop/api-7f/web"});
  EXPECT_EQ(AliasesOf({}, {{"io.kubernetes.container.name", "web"}}, pod),
            Names{"shop/api-7f/web"});
  EXPECT_EQ(AliasesOf({}, {{"io.kubernetes.container.name", "POD"}}, pod), Names{"shop/api-7f"});
  EXPECT_EQ(AliasesOf({}, {}, pod), Names{"shop/api-7f"});
  EXPECT_EQ(AliasesOf({{"io.kubernetes.cri.container-name", "web"}}, {}, {}), Names{})
      << "in which pod is not known";
}

TEST(FitOfName, AWholeNameThenAPartOfItThenItsBeginning) {
  EXPECT_EQ(FitOfName("web", "web"), NameFit::kExact);
  EXPECT_EQ(FitOfName("shop/api/web", "shop/api/web"), NameFit::kExact);
  for (const char* part : {"shop", "api", "web", "shop/api", "api/web"}) {
    EXPECT_EQ(FitOfName("shop/api/web", part), NameFit::kPart) << part;
  }
  for (const char* beginning : {"sho", "ap", "api/w", "we", "shop/", "shop/a"}) {
    EXPECT_EQ(FitOfName("shop/api/web", beginning), NameFit::kPrefix) << beginning;
  }
  for (const char* other : {"", "op", "shop/web", "eb", "web/", "/web", "shop/api/web/x"}) {
    EXPECT_EQ(FitOfName("shop/api/web", other), NameFit::kNone) << other;
  }
  EXPECT_EQ(FitOfName("", "web"), NameFit::kNone);
}

/// Else a pod could not be asked for: its sandbox would be meant each time.
TEST(FitOfName, ThePairThatNamesASandboxFitsNoBetterThanItFitsThePodsContainers) {
  EXPECT_EQ(FitOfName("shop/api", "shop/api"), FitOfName("shop/api/web", "shop/api"));
}

TEST(IsWithin, IsOfWholeComponents) {
  EXPECT_TRUE(IsWithin("shop/api/web", "shop/api"));
  EXPECT_FALSE(IsWithin("shop/api", "shop/api"));
  EXPECT_FALSE(IsWithin("shop/api2/web", "shop/api"));
  EXPECT_FALSE(IsWithin("shop/api/", "shop/api"));
  EXPECT_FALSE(IsWithin("/web", ""));
}

}  // namespace
}  // namespace headroom
