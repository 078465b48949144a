#include "supervisor/watch/log_clock.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

TEST(LogClock, GuessesUntilARecordComes) {
  LogClock clock(-250ms);
  EXPECT_EQ(clock.lag(), -250ms);
  EXPECT_FALSE(clock.measured());
  clock.OnLive(100s, 99960ms);
  EXPECT_TRUE(clock.measured());
  EXPECT_EQ(clock.lag(), 40ms) << "measured, also where it is more than was guessed";
}

TEST(LogClock, ARecordThatWaitedToBeReadChangesLittle) {
  LogClock clock(0s);
  clock.OnLive(100s, 99960ms);
  clock.OnLive(102s, 100s);
  EXPECT_EQ(clock.lag(), 41ms) << "a two thousandth of the two seconds";
  clock.OnLive(102100ms, 102060ms);
  EXPECT_EQ(clock.lag(), 40ms);
}

TEST(LogClock, ARecordThatALongStartKeptWaitingDoesNotSpoilAReading) {
  LogClock clock(0s);
  clock.OnLive(100s, 99960ms);
  clock.OnLive(100700ms, 100s);
  EXPECT_LT(clock.lag(), 41ms) << "else the kill before a container's next start is past its end";
}

TEST(LogClock, FollowsAClockThatIsSlewed) {
  LogClock clock(0s);
  clock.OnLive(100s, 100s);
  clock.OnLive(100000s, 99990s);
  EXPECT_EQ(clock.lag(), 10s);
  clock.OnLive(200000s, 200001s);
  EXPECT_EQ(clock.lag(), -1s) << "it may be ahead as well";
}

}  // namespace
}  // namespace headroom
