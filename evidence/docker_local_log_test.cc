#include "evidence/docker_local_log.h"

#include <gtest/gtest.h>

#include "evidence/testing/docker_local.h"

namespace headroom {
namespace {

using Lines = std::vector<std::string>;

Lines Texts(std::string_view text) {
  Lines texts;
  for (const ContainerLogPiece& piece : ParseDockerLocalLog(text)) texts.push_back(piece.line.text);
  return texts;
}

TEST(DockerLocalLog, ReadsARecord) {
  const std::string message =
      std::string("\x0a\x06stdout") + "\x10" + Varint(1'795'000'000'123'456'789U) + "\x1a\x05hello";
  const auto pieces = ParseDockerLocalLog(LocalRecordOf(message));
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].line.stream, "stdout");
  EXPECT_EQ(pieces[0].line.text, "hello");
  EXPECT_EQ(pieces[0].line.at, WallTime(1'795'000'000'123'456'789));
  EXPECT_EQ(pieces[0].line.stamp, "2026-11-18T11:06:40.123Z");
  EXPECT_FALSE(pieces[0].partial);
}

TEST(DockerLocalLog, KeepsTheOrderAndTheStreams) {
  const auto pieces = ParseDockerLocalLog(LocalRecord({.line = "one"}) +
                                          LocalRecord({.stream = "stderr", .line = "two"}) +
                                          LocalRecord({.line = ""}));
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_EQ(pieces[0].line.text, "one");
  EXPECT_EQ(pieces[1].line.stream, "stderr");
  EXPECT_EQ(pieces[2].line.text, "");
}

TEST(DockerLocalLog, ALineInPartsEndsWithItsLastOne) {
  const auto lines =
      LastLines(LocalRecord({.line = "one ", .last_part = false}) +
                    LocalRecord({.stream = "stderr", .line = "other"}) +
                    LocalRecord({.line = "two", .last_part = true}) + LocalRecord({.line = "next"}),
                ContainerLogFormat::kDockerLocal);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].text, "other");
  EXPECT_EQ(lines[1].text, "one two");
  EXPECT_EQ(lines[2].text, "next");
}

TEST(DockerLocalLog, ATextThatBeginsWithinARecordHasTheWholeOnesThatFollow) {
  const std::string text =
      LocalRecord({.line = "one"}) + LocalRecord({.line = "two"}) + LocalRecord({.line = "three"});
  const std::size_t record = text.size() - LocalRecord({.line = "three"}).size();
  for (std::size_t cut = 1; cut < record; ++cut) {
    const Lines texts = Texts(std::string_view(text).substr(cut));
    ASSERT_FALSE(texts.empty()) << cut;
    EXPECT_EQ(texts.back(), "three") << cut;
    EXPECT_LE(texts.size(), 2U) << cut;
  }
}

TEST(DockerLocalLog, LinesWithLineEndsAndRecordsInThemAreLines) {
  const std::string forged = LocalRecord({.stream = "stderr", .line = "forged"});
  EXPECT_EQ(Texts(LocalRecord({.line = "a\nb"}) + LocalRecord({.line = forged})),
            (Lines{"a\nb", forged}));
}

TEST(DockerLocalLog, UnknownFieldsOfANewerDockerAreSkipped) {
  const std::string fixed64 = Varint((9U << 3U) | 1U) + std::string(8, 'x');
  const std::string fixed32 = Varint((10U << 3U) | 5U) + std::string(4, 'x');
  EXPECT_EQ(Texts(LocalRecordOf(LocalMessage({.line = "one"}) + VarintField(7, 3) +
                                BytesField(8, "new") + fixed64 + fixed32)),
            Lines{"one"});
}

TEST(DockerLocalLog, WhatIsNoRecordEndsIt) {
  const std::string good = LocalRecord({.line = "good"});
  EXPECT_EQ(Texts(""), Lines{});
  EXPECT_EQ(Texts("short"), Lines{});
  EXPECT_EQ(Texts(good + "x"), Lines{}) << "a last record that is not yet whole";
  EXPECT_EQ(Texts(std::string(8, '\0') + good), Lines{"good"}) << "an empty message has no stream";
  EXPECT_EQ(Texts(LocalRecordOf("\x0a\x7f") + good), Lines{"good"}) << "a field beyond the end";
  EXPECT_EQ(Texts(LocalRecordOf(std::string(11, '\xff')) + good), Lines{"good"});
  EXPECT_EQ(Texts(LocalRecordOf("\x0b") + good), Lines{"good"}) << "a group, which none has";
  EXPECT_EQ(Texts(LocalRecord({.stream = "stdlog", .line = "x"}) + good), Lines{"good"});
  EXPECT_EQ(Texts(std::string(8, '\xff')), Lines{}) << "longer than all there is";
}

TEST(DockerLocalLog, ATimeBeforeAllDockersIsNone) {
  const auto pieces = ParseDockerLocalLog(LocalRecord({.nanoseconds = -1, .line = "one"}));
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_FALSE(pieces[0].line.at);
  EXPECT_EQ(pieces[0].line.stamp, "");
}

}  // namespace
}  // namespace headroom
