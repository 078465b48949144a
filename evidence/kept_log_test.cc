#include "evidence/kept_log.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace headroom {
namespace {

ContainerLine Line(std::string text, std::string stamp = "2026-11-21T03:12:44.1Z") {
  return {.stamp = std::move(stamp), .at = {}, .stream = "stderr", .text = std::move(text)};
}

TEST(KeptLog, SurvivesARoundTripWithItsTimes) {
  const std::string hostile("a\\x41 \x1b[2J\xff # \xc3\xa9\0b", 18);
  const KeptLog log =
      ParseKeptLog(SerializeKeptLog({Line("one  two "), Line(hostile), Line("")}, "F"));
  ASSERT_EQ(log.lines.size(), 3U);
  EXPECT_EQ(log.lines[0].text, "one  two ");
  EXPECT_EQ(log.lines[1].text, hostile);
  EXPECT_EQ(log.lines[2].text, "");
  EXPECT_EQ(log.lines[0].stream, "stderr");
  EXPECT_TRUE(log.lines[0].at);
}

TEST(KeptLog, HasALineOfTheFileForEachOfItsLines) {
  const std::string text = SerializeKeptLog({Line("# no header"), Line("x\ny")}, "a\nb");
  const KeptLog log = ParseKeptLog(text);
  ASSERT_EQ(log.lines.size(), 2U);
  EXPECT_EQ(log.lines[0].text, "# no header");
  EXPECT_EQ(log.lines[1].text, "x\ny");
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), log.header + 2);
}

TEST(KeptLog, AHostileStampIsNoWordOfIt) {
  const KeptLog log = ParseKeptLog(
      SerializeKeptLog({Line("text", "# a"), Line("text", "a b"), Line("text", "")}, "F"));
  ASSERT_EQ(log.lines.size(), 3U);
  for (const ContainerLine& line : log.lines) {
    EXPECT_EQ(line.stamp, "-");
    EXPECT_EQ(line.text, "text");
    EXPECT_FALSE(line.at);
  }
}

TEST(KeptLog, IsReadFromAnyText) {
  EXPECT_TRUE(ParseKeptLog("").lines.empty());
  EXPECT_EQ(ParseKeptLog("# h").header, 1U);
  EXPECT_EQ(ParseKeptLog("one\ntwo words\n").lines.size(), 2U);
  EXPECT_EQ(ParseKeptLog("a b \\x4").lines.at(0).text, "\\x4") << "an escape that is cut";
  EXPECT_EQ(ParseKeptLog("a b \\xzz").lines.at(0).text, "\\xzz");
  EXPECT_EQ(ParseKeptLog(std::string(100000, '\n')).lines.size(), 2000U);
}

}  // namespace
}  // namespace headroom
