#include "supervisor/registry/closed_notes.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using Closed = GenerationNotes::Closed;

TEST(ClosedNotes, TellHowFarTheLogWasReadForThatManyKillsAndNoOther) {
  ClosedNotes notes;
  EXPECT_EQ(LogReadAt(notes, 0), 0U);
  AddNote(notes, {.up_to = 0, .log_sequence = 100});
  AddNote(notes, {.up_to = 2, .log_sequence = 130});
  EXPECT_EQ(LogReadAt(notes, 0), 100U);
  EXPECT_EQ(LogReadAt(notes, 1), 0U);
  EXPECT_EQ(LogReadAt(notes, 2), 130U);
}

TEST(ClosedNotes, HaveOneForAsManyKillsTheOneThatHadReadFurthest) {
  ClosedNotes notes = {{.up_to = 1, .log_sequence = 100}, {.up_to = 3, .log_sequence = 150}};
  AddNote(notes, {.up_to = 3, .log_sequence = 170});
  EXPECT_EQ(notes,
            (ClosedNotes{{.up_to = 1, .log_sequence = 100}, {.up_to = 3, .log_sequence = 170}}));
  AddNote(notes, {.up_to = 3, .log_sequence = 160});
  EXPECT_EQ(LogReadAt(notes, 3), 170U);
  AddNote(notes, {.up_to = 3, .log_sequence = 0});
  EXPECT_EQ(LogReadAt(notes, 3), 170U) << "this time the log could not be read";
}

TEST(ClosedNotes, TheOldestMakeRoom) {
  ClosedNotes notes;
  for (std::uint64_t kills = 1; kills <= 20; ++kills) {
    AddNote(notes, {.up_to = kills, .log_sequence = kills * 10});
  }
  EXPECT_EQ(notes.size(), 16U);
  EXPECT_EQ(LogReadAt(notes, 4), 0U);
  EXPECT_EQ(LogReadAt(notes, 5), 50U);
  EXPECT_EQ(LogReadAt(notes, 20), 200U);
}

}  // namespace
}  // namespace headroom
