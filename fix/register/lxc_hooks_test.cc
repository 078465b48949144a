#include "fix/register/lxc_hooks.h"

#include <gtest/gtest.h>

#include <string>

namespace headroom {
namespace {

constexpr const char* kHook = "/usr/lib/headroom/headroom-hook";
constexpr const char* kThree =
    "lxc.hook.start-host = /usr/lib/headroom/headroom-hook lxc start-host\n"
    "lxc.hook.stop = /usr/lib/headroom/headroom-hook lxc stop\n"
    "lxc.hook.post-stop = /usr/lib/headroom/headroom-hook lxc post-stop\n";

std::string With(std::string_view text) {
  return WithLxcHooks(text, "config", {.program = kHook, .more = {}}).value_or("error");
}
std::string Without(std::string_view text) {
  return WithoutLxcHooks(text, "config", kHook).value_or("error");
}
bool Has(std::string_view text) { return HasLxcHooks(text, "config", kHook).value_or(false); }

TEST(LxcHooks, AreAddedBehindWhatIsThereAndTakenOutToTheByte) {
  for (const std::string text :
       {"", "\n", "# a comment\n", "lxc.rootfs.path = dir:/srv/web\n",
        "lxc.include = /usr/share/lxc/config/common.conf\r\nlxc.uts.name=web\r\n",
        "lxc.hook.stop = /opt/other stop\n\n\n"}) {
    const std::string after = With(text);
    EXPECT_TRUE(after.starts_with(text)) << after;
    EXPECT_TRUE(after.ends_with(kThree)) << after;
    EXPECT_TRUE(Has(after));
    EXPECT_EQ(With(after), after) << "a second time";
    EXPECT_EQ(Without(after), text);
    EXPECT_EQ(Without(text), text);
  }
}

TEST(LxcHooks, OnlyThoseThatAreMissingAreAdded) {
  const std::string text = "lxc.hook.stop = /opt/headroom-hook lxc stop\n";
  EXPECT_FALSE(Has(text));
  EXPECT_TRUE(HasAnyLxcHook(text, "config", kHook).value_or(false));
  const std::string after = With(text);
  EXPECT_TRUE(Has(after));
  EXPECT_EQ(after.find("lxc.hook.stop", 5), std::string::npos) << after;
}

TEST(LxcHooks, AnEmptyValueTakesBackWhatStandsAbove) {
  for (const char* clears : {"lxc.hook.stop =\n", "lxc.hook =\n"}) {
    const std::string text = With("") + clears;
    EXPECT_FALSE(Has(text)) << clears;
    EXPECT_TRUE(Has(With(text))) << clears;
  }
}

TEST(LxcHooks, ArgumentsOfOursStandBeforeThoseThatLxcAdds) {
  const auto after =
      WithLxcHooks("", "config", {.program = kHook, .more = {"--on-error", "closed"}});
  ASSERT_TRUE(after);
  EXPECT_NE(after->find("headroom-hook --on-error closed lxc start-host\n"), std::string::npos);
}

TEST(LxcHooks, OtherHooksAndOtherStagesOfThisProgramStay) {
  const std::string text =
      "lxc.hook.start-host = /opt/other\nlxc.hook.mount = /usr/lib/headroom/headroom-hook x\n"
      "#lxc.hook.stop = /usr/lib/headroom/headroom-hook lxc stop\n";
  EXPECT_EQ(Without(text), text);
  EXPECT_FALSE(HasAnyLxcHook(text, "config", kHook).value_or(true));
}

TEST(LxcHooks, ALineThatLxcDoesNotTakeIsAnErrorWithItsNumber) {
  for (const auto& error :
       {HasLxcHooks("a = b\nnonsense\n", "config", kHook).error(),
        WithLxcHooks("a = b\nnonsense", "config", {.program = kHook, .more = {}}).error(),
        WithoutLxcHooks("a = b\nnonsense\n", "config", kHook).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kMalformed);
    EXPECT_EQ(error.Message(), "config: line 2 is \"nonsense\", expected KEY = VALUE");
  }
}

}  // namespace
}  // namespace headroom
