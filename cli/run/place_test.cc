#include "cli/run/place.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

RunPlace OfUser() {
  return {.root = false,
          .uid = 1000,
          .version = CgroupVersion::kV2,
          .systemd = true,
          .runtime_dir = "/run/user/1000",
          .user_systemd = true};
}

TEST(WhyNotHere, AUserWithASystemdOfTheirOwnMay) { EXPECT_EQ(WhyNotHere(OfUser()), ""); }

TEST(WhyNotHere, RootMayWithoutSystemdAndOnEitherVersion) {
  EXPECT_EQ(WhyNotHere({.root = true, .version = CgroupVersion::kV2}), "");
  EXPECT_EQ(WhyNotHere({.root = true, .version = CgroupVersion::kV1}), "");
}

TEST(WhyNotHere, NobodyMayWithoutTheController) {
  RunPlace place = OfUser();
  place.version = CgroupVersion::kMissing;
  EXPECT_TRUE(Holds(WhyNotHere(place), "memory controller"));
  place.root = true;
  EXPECT_TRUE(Holds(WhyNotHere(place), "memory controller"));
}

TEST(WhyNotHere, OnCgroupV1OnlyRootMay) {
  RunPlace place = OfUser();
  place.version = CgroupVersion::kV1;
  EXPECT_TRUE(Holds(WhyNotHere(place), "cgroup v1")) << WhyNotHere(place);
  EXPECT_TRUE(Holds(WhyNotHere(place), "sudo")) << WhyNotHere(place);
}

TEST(WhyNotHere, SaysWhichVariableIsMissingAndWhatItShouldBe) {
  RunPlace place = OfUser();
  place.runtime_dir = std::nullopt;
  place.user_systemd = false;
  const std::string why = WhyNotHere(place);
  EXPECT_TRUE(Holds(why, "XDG_RUNTIME_DIR is not set, expected /run/user/1000")) << why;
  EXPECT_TRUE(Holds(why, "sudo")) << why;
}

TEST(WhyNotHere, SaysHowToHaveTheUsersSystemdRun) {
  RunPlace place = OfUser();
  place.user_systemd = false;
  const std::string why = WhyNotHere(place);
  EXPECT_TRUE(Holds(why, "/run/user/1000/systemd/private is not there")) << why;
  EXPECT_TRUE(Holds(why, "loginctl enable-linger 1000")) << why;
}

TEST(WhyNotHere, WithoutAnySystemdALingeringUserWouldBeNoHelp) {
  RunPlace place = OfUser();
  place.systemd = false;
  place.user_systemd = false;
  const std::string why = WhyNotHere(place);
  EXPECT_TRUE(Holds(why, "no systemd runs")) << why;
  EXPECT_FALSE(Holds(why, "linger")) << why;
}

}  // namespace
}  // namespace headroom
