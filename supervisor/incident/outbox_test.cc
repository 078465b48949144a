#include "supervisor/incident/outbox.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

CapturedIncident Incident(std::uint64_t from) {
  CapturedIncident incident;
  incident.id = {.generation = "g", .from = from, .to = from + 1};
  return incident;
}

TEST(Outbox, GivesOneAtATimeInOrder) {
  Outbox outbox;
  EXPECT_EQ(outbox.Next(), nullptr);
  outbox.Add(Incident(0));
  outbox.Add(Incident(1));
  ASSERT_NE(outbox.Next(), nullptr);
  EXPECT_EQ(outbox.Next(), nullptr) << "the first is not on disk yet";
  outbox.OnWritten(true);
  const CapturedIncident* second = outbox.Next();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(second->id.from, 1U);
  outbox.OnWritten(true);
  EXPECT_TRUE(outbox.empty());
}

TEST(Outbox, LetsNoneOvertakeOneThatCouldNotBeWritten) {
  Outbox outbox;
  outbox.Add(Incident(0));
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.Add(Incident(1));
  outbox.OnWritten(false);
  const CapturedIncident* again = outbox.Next();
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->id.from, 0U);
}

TEST(Outbox, IsFullWhileTheStoreTakesNone) {
  Outbox outbox;
  for (std::uint64_t i = 0; i < Outbox::kMost; ++i) {
    EXPECT_FALSE(outbox.full());
    outbox.Add(Incident(i));
  }
  EXPECT_TRUE(outbox.full());
  ASSERT_NE(outbox.Next(), nullptr);
  outbox.OnWritten(true);
  EXPECT_FALSE(outbox.full());
}

TEST(Outbox, HandsOverTheRestButTheOneUnderWay) {
  Outbox outbox;
  outbox.Add(Incident(0));
  outbox.Add(Incident(1));
  ASSERT_NE(outbox.Next(), nullptr);
  const auto rest = outbox.TakeWaiting();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest.front().id.from, 1U);
  outbox.OnWritten(true);  // of the one that was under way; it changes nothing any more
  EXPECT_TRUE(outbox.empty());
}

}  // namespace
}  // namespace headroom
