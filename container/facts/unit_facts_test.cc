#include "container/facts/unit_facts.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

class UnitFactsTest : public testing::Test {
 protected:
  [[nodiscard]] std::optional<UnitFacts> Find(std::string_view cgroup) const {
    return FindUnit(cgroup, {.system = tree_.path() + "/systemd", .users = tree_.path() + "/user"});
  }
  TemporaryDirectory tree_;
};

// As runc 1.1.5 has systemd 252 write it for "docker run -m 64m --memory-swap 64m".
constexpr const char* kDockerScope =
    "# This is a transient unit file, created programmatically via the systemd API. Do not edit.\n"
    "[Scope]\nSlice=system.slice\nDelegate=yes\nMemoryAccounting=yes\n";

TEST_F(UnitFactsTest, DockersScopeDoesNotHoldTheSwapLimitThatRuncWroteToTheFile) {
  tree_.Write("systemd/transient/docker-3f.scope", kDockerScope);
  tree_.Write("systemd/transient/docker-3f.scope.d/50-MemoryMax.conf",
              "[Scope]\nMemoryMax=67108864\n");
  const auto unit = Find("/system.slice/docker-3f.scope");
  ASSERT_TRUE(unit);
  EXPECT_EQ(unit->name, "docker-3f.scope");
  EXPECT_EQ(unit->sets_swap_max, false);
}

TEST_F(UnitFactsTest, WhatTheUnitWasMadeWithCountsUntilItIsToldLater) {
  tree_.Write("systemd/transient/a.scope", "[Scope]\nMemorySwapMax=0\n");
  EXPECT_EQ(Find("/a.scope")->sets_swap_max, true);
  tree_.Write("systemd/transient/a.scope.d/50-MemorySwapMax.conf",
              "[Scope]\nMemorySwapMax=infinity\n");
  EXPECT_EQ(Find("/a.scope")->sets_swap_max, false);
}

TEST_F(UnitFactsTest, OfAUnitWithAFileOfItsOwnOnlyWhatItWasToldIsKnown) {
  EXPECT_EQ(Find("/system.slice/web.service")->sets_swap_max, std::nullopt);
  tree_.Write("systemd/system.control/web.service.d/50-MemorySwapMax.conf",
              "[Service]\nMemorySwapMax=1048576\n");
  EXPECT_EQ(Find("/system.slice/web.service")->sets_swap_max, true);
}

TEST_F(UnitFactsTest, AUsersUnitsAreThoseOfTheirManager) {
  tree_.Write("user/1000/systemd/transient/libpod-1.scope", "[Scope]\nMemorySwapMax=0\n");
  EXPECT_EQ(Find("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-1.scope")
                ->sets_swap_max,
            true);
  EXPECT_EQ(Find("/user.slice/user@x.service/libpod-1.scope")->sets_swap_max, std::nullopt);
}

TEST_F(UnitFactsTest, ACgroupBelowAUnitsIsNotTheUnitsOwn) {
  EXPECT_FALSE(Find("/system.slice/test.scope/container"));
  EXPECT_FALSE(Find("/docker/3f1c9a"));
  EXPECT_FALSE(Find("/.scope"));
  EXPECT_FALSE(Find("/"));
  EXPECT_FALSE(Find(""));
  EXPECT_TRUE(Find("/machine.slice"));
}

TEST(SetsSwapMax, TheLastLineCountsAndInfinityIsNoBound) {
  EXPECT_EQ(SetsSwapMax(""), std::nullopt);
  EXPECT_EQ(SetsSwapMax("MemorySwapMaxScale=1\n#MemorySwapMax=0\n"), std::nullopt);
  EXPECT_EQ(SetsSwapMax("MemorySwapMax=0\n"), true);
  EXPECT_EQ(SetsSwapMax("MemorySwapMax=0\nMemorySwapMax=infinity\n"), false);
  EXPECT_EQ(SetsSwapMax("MemorySwapMax=0\nMemorySwapMax=\n"), false);
  EXPECT_EQ(SetsSwapMax("MemorySwapMax=10%"), true);
}

}  // namespace
}  // namespace headroom
