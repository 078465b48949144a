#include "supervisor/registry/level_notes.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

class LevelNotesTest : public testing::Test {
 protected:
  TemporaryDirectory run_;
  LevelNotes notes_{run_.path()};
};

TEST_F(LevelNotesTest, NothingIsNotedAtFirst) {
  EXPECT_EQ(notes_.Read(7), std::nullopt);
  EXPECT_TRUE(notes_.Remove(7));
  notes_.KeepOnly({});
}

TEST_F(LevelNotesTest, TheLastNoteOfACgroupIsReadBack) {
  ASSERT_TRUE(notes_.Write(7, {.kills = 3, .at = 5s}));
  ASSERT_TRUE(notes_.Write(7, {.kills = 4, .at = 6s}));
  ASSERT_TRUE(notes_.Write(8, {.kills = 18446744073709551615U, .at = 7s}));
  EXPECT_EQ(notes_.Read(7), (LevelNotes::Note{.kills = 4, .at = 6s}));
  EXPECT_EQ(notes_.Read(8)->kills, 18446744073709551615U);
}

TEST_F(LevelNotesTest, WhatIsNoNoteIsNone) {
  for (const char* text : {"", "3", "3 ", "x 5", "3 -5", "3 5 6", "3 9223372036854775808"}) {
    run_.Write("levels/7", text);
    EXPECT_EQ(notes_.Read(7), std::nullopt) << text;
  }
  run_.Write("levels/7", std::string(1000, '1'));
  EXPECT_EQ(notes_.Read(7), std::nullopt);
}

TEST_F(LevelNotesTest, NotesOfOtherCgroupsAreSwept) {
  for (const std::uint64_t inode : {7U, 8U, 9U}) ASSERT_TRUE(notes_.Write(inode, {.kills = 1}));
  run_.Write("levels/.7.tmp", "left by a crash");
  ASSERT_TRUE(notes_.Remove(9));
  notes_.KeepOnly({8});
  EXPECT_FALSE(notes_.Read(7));
  EXPECT_TRUE(notes_.Read(8));
  EXPECT_FALSE(notes_.Read(9));
}

}  // namespace
}  // namespace headroom
