#include "container/marks/undo_left.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(EndedInOrder, WhoeverEndedByItselfWithZeroHasReleasedEverything) {
  EXPECT_TRUE(EndedInOrder("exited", "0"));
}

TEST(EndedInOrder, WhoWasKilledOrFailedHasPerhapsLeftSomething) {
  EXPECT_FALSE(EndedInOrder("killed", "KILL"));
  EXPECT_FALSE(EndedInOrder("killed", "TERM"));
  EXPECT_FALSE(EndedInOrder("dumped", "ABRT"));
  EXPECT_FALSE(EndedInOrder("exited", "1"));
  EXPECT_FALSE(EndedInOrder("exited", "00"));
  EXPECT_FALSE(EndedInOrder("exited", ""));
  EXPECT_FALSE(EndedInOrder("", "0"));
}

TEST(EndedInOrder, WhereNoSystemdTellsOfItSomebodyWantsItUndone) {
  EXPECT_FALSE(EndedInOrder(nullptr, nullptr));
  EXPECT_FALSE(EndedInOrder("exited", nullptr));
  EXPECT_FALSE(EndedInOrder(nullptr, "0"));
}

}  // namespace
}  // namespace headroom
