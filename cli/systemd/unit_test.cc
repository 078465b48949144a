#include "cli/systemd/unit.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(UnitNameOf, IsCompletedAsSystemctlDoes) {
  EXPECT_EQ(UnitNameOf("web").value(), "web.service");
  EXPECT_EQ(UnitNameOf("web.service").value(), "web.service");
  EXPECT_EQ(UnitNameOf("user@1000").value(), "user@1000.service");
  EXPECT_EQ(UnitNameOf("session-3.scope").value(), "session-3.scope");
  EXPECT_EQ(UnitNameOf("org.example.App").value(), "org.example.App.service");
  EXPECT_EQ(UnitNameOf("dev-disk\\x2dby").value(), "dev-disk\\x2dby.service");
}

TEST(UnitNameOf, RefusesWhatRunsNoProcessesAndWhatIsNoName) {
  for (const char* text :
       {"system.slice", "web.socket", "x.timer", "home.mount", "multi-user.target", "", "a b",
        "../web", "web/x", "web\n", "w\xc3\xa4rme", "$(id)"}) {
    EXPECT_EQ(UnitNameOf(text).error().code, ErrorCode::kMalformed) << text;
  }
  EXPECT_TRUE(UnitNameOf(std::string(247, 'a')));
  EXPECT_FALSE(UnitNameOf(std::string(248, 'a'))) << "with .service it is too long";
}

}  // namespace
}  // namespace headroom
