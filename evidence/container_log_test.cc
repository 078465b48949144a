#include "evidence/container_log.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr auto kDocker = ContainerLogFormat::kDockerJson;
constexpr auto kCri = ContainerLogFormat::kCri;

std::vector<std::string> Texts(std::string_view text, ContainerLogFormat format,
                               std::size_t most = 200) {
  std::vector<std::string> texts;
  for (const ContainerLine& line :
       LastLines(text, format, {.most = most, .since = {}, .before = {}}))
    texts.push_back(line.text);
  return texts;
}

using Lines = std::vector<std::string>;

TEST(LastLines, ReadsDockersJsonFile) {
  const auto lines = LastLines(
      R"({"log":"one\n","stream":"stdout","time":"2026-11-21T03:12:44.123456789Z"}
{"log":"std::bad_alloc\n","stream":"stderr","attrs":{"a":"b"},"time":"2026-11-21T03:12:45Z"}
)",
      kDocker);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].text, "one");
  EXPECT_EQ(lines[0].stamp, "2026-11-21T03:12:44.123456789Z");
  EXPECT_TRUE(lines[0].at);
  EXPECT_EQ(lines[1].stream, "stderr");
}

TEST(LastLines, ReadsTheFormOfKubernetes) {
  const auto lines = LastLines(
      "2026-11-21T03:12:44.1Z stdout F hello  world\n"
      "2026-11-21T04:12:44.1+01:00 stderr F \n"
      "2026-11-21T03:12:44.1Z stderr F\n",
      kCri);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].text, "hello  world");
  EXPECT_TRUE(lines[0].at);
  EXPECT_EQ(lines[1].text, "");
}

TEST(LastLines, PutsSplitLinesTogetherAStreamAtATime) {
  EXPECT_EQ(Texts("t stdout P one \nt stderr F other\nt stdout P two \nt stdout F three\n", kCri),
            (Lines{"other", "one two three"}));
  EXPECT_EQ(
      Texts("{\"log\":\"a\",\"stream\":\"stdout\"}\n{\"log\":\"b\\n\",\"stream\":\"stdout\"}\n",
            kDocker),
      Lines{"ab"});
  EXPECT_EQ(Texts("t stdout P it died here", kCri), Lines{"it died here"});
}

TEST(LastLines, KeepsTheLastOnes) {
  EXPECT_EQ(Texts("t stdout F 1\nt stdout F 2\nt stdout F 3\n", kCri, 2), (Lines{"2", "3"}));
  EXPECT_EQ(Texts("t stdout F 1\n", kCri, 0), Lines{});
}

TEST(LastLines, TakesSecretsOutBeforeItCuts) {
  const std::string filler(1015, 'x');
  const auto texts = Texts("t stdout F " + filler + " password=hunter2\n", kCri);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_EQ(texts[0].size(), 1024U);
  EXPECT_EQ(texts[0].find("hunter"), std::string::npos);
  EXPECT_EQ(Texts("t stdout P password=hun\nt stdout F ter2\n", kCri), Lines{"password=[redacted]"})
      << "split by the engine";
  EXPECT_EQ(Texts("t stdout F -----BEGIN PRIVATE KEY-----\nt stdout F abc\n", kCri),
            (Lines{"[redacted]", "[redacted]"}));
}

TEST(LastLines, LeavesOutWhatIsNoLogLine) {
  EXPECT_EQ(Texts("\n\n{\nt stdout\nt other F x\nt stdout X y\n{\"log\":7}\nnull\n", kCri),
            Lines{});
  EXPECT_EQ(Texts("{\"log\":7}\n[]\n{\"log\":\"x\\n\"\nt stdout F y\n{}\n", kDocker), Lines{});
  EXPECT_EQ(Texts("", kDocker), Lines{});
}

TEST(LastLines, ALineEndWithinALineIsABlank) {
  EXPECT_EQ(Texts("{\"log\":\"a\\nb\\n\",\"stream\":\"stdout\"}\n", kDocker), Lines{"a b"});
}

}  // namespace
}  // namespace headroom
