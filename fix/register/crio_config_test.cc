#include "fix/register/crio_config.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using Dirs = std::vector<std::string>;

TEST(CrioConfig, NotSaidIsNotNone) {
  EXPECT_EQ(CrioHooksDirs("[crio.runtime]\n", "crio.conf").value(), std::nullopt);
  EXPECT_EQ(CrioHooksDirs("", "crio.conf").value(), std::nullopt);
  EXPECT_EQ(CrioHooksDirs("[crio.runtime]\nhooks_dir = []\n", "crio.conf").value(), Dirs{});
}

TEST(CrioConfig, KeepsTheOrderInWhichTheLastOneWins) {
  EXPECT_EQ(CrioHooksDirs("[crio]\n[crio.runtime]\nhooks_dir = [\n  \"/a\", # one\n  '/b',\n]\n",
                          "crio.conf")
                .value(),
            (Dirs{"/a", "/b"}));
}

TEST(CrioConfig, WhatIsNoListOfPathsIsAnErrorThatNamesTheFile) {
  for (const char* text :
       {"[crio.runtime]\nhooks_dir = \"/a\"\n", "[crio.runtime]\nhooks_dir = [\"a\"]\n",
        "[crio.runtime]\nhooks_dir = [1]\n", "[crio.runtime\n", "x"}) {
    const auto dirs = CrioHooksDirs(text, "crio.conf");
    ASSERT_FALSE(dirs) << text;
    EXPECT_EQ(dirs.error().code, ErrorCode::kMalformed);
    EXPECT_TRUE(dirs.error().Message().starts_with("crio.conf: ")) << dirs.error().Message();
  }
}

}  // namespace
}  // namespace headroom
