#include "kernel/kmsg/log_clocks.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kHead =
    "Sched Debug Version: v0.11, 6.1.0-41-cloud-amd64 #1\n"
    "ktime                                   : 25344.123456\n"
    "sched_clk                               : 25260.000400\n"
    "cpu_clk                                 : 25260.000999\n"
    "jiffies                                 : 4294898640\n";

TEST(LogClocks, AreReadFromTheSchedulersHead) {
  const auto clocks = ParseLogClocks(kHead);
  ASSERT_TRUE(clocks);
  EXPECT_EQ(clocks->monotonic, 25344123us);
  EXPECT_EQ(clocks->log, 25260000us);
}

TEST(LogClocks, AreNotKnownFromAHeadThatIsCutOrOtherwise) {
  EXPECT_FALSE(ParseLogClocks(""));
  EXPECT_FALSE(ParseLogClocks(kHead.substr(0, kHead.find("0999")))) << "in the middle of a number";
  EXPECT_FALSE(ParseLogClocks(kHead.substr(0, kHead.find("cpu_clk"))));
  EXPECT_FALSE(ParseLogClocks("ktime : 1.5\ncpu_clk : 1.5\n")) << "not six digits";
  EXPECT_FALSE(ParseLogClocks("ktime : -1.000000\ncpu_clk : 1.000000\n"));
  EXPECT_FALSE(ParseLogClocks("ktime : 99999999999999999999.000000\ncpu_clk : 1.000000\n"));
}

TEST(LogClocks, ComeFromTheFirstFileThatStatesThem) {
  const TemporaryDirectory dir;
  dir.Write("empty", "");
  dir.Write("head", std::string(kHead) + std::string(4096, 'x'));
  const std::string at = dir.path() + "/";
  EXPECT_EQ(ReadLogClocks({at + "none", at + "empty", at + "head"}).value().log, 25260000us);
  const auto missing = ReadLogClocks({at + "none", at + "empty"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
