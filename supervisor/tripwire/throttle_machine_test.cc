#include "supervisor/tripwire/throttle_machine.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;
using Action = HighMachine::Action;
using State = HighMachine::State;

HighMachine::Look LookAt(BootTime now, std::chrono::microseconds stalled) {
  return {.now = now,
          .current = Bytes{990},
          .unreclaimable = Bytes{850},
          .high = Bytes{1000},
          .swap_has_room = true,
          .stalled = stalled,
          .refaults = 0};
}

/// Stands from `from` on and waits all the time until it is given up, half a minute later.
void Stall(ThrottleMachine& machine, BootTime from) {
  ASSERT_EQ(machine.OnLook(LookAt(from, {})), Action::kPutUp);
  ASSERT_EQ(machine.OnLook(LookAt(from, 0s)), Action::kNone);
  ASSERT_EQ(machine.OnLook(LookAt(from + 30s, 30s)), Action::kBreak);
}

TEST(ThrottleMachine, StandsAtOnceAndStaysWhateverTheContainerHolds) {
  ThrottleMachine machine{Throttle{}};
  EXPECT_EQ(machine.OnLook(LookAt(0s, 0s)), Action::kPutUp);
  for (int second = 1; second < 600; ++second) {
    const auto look = LookAt(std::chrono::seconds(second), 0s);
    ASSERT_EQ(machine.OnHighEvent(look), Action::kNone);
    ASSERT_EQ(machine.OnLook(look), Action::kNone);
  }
  EXPECT_EQ(machine.state(), State::kUp);
}

TEST(ThrottleMachine, IsGivenUpWhenNothingMovesAndTellsWhy) {
  ThrottleMachine machine{Throttle{}};
  EXPECT_FALSE(machine.stall());
  Stall(machine, 0s);
  EXPECT_EQ(machine.state(), State::kDown);
  ASSERT_TRUE(machine.stall());
  EXPECT_EQ(machine.stall()->high, Bytes{1000});
}

TEST(ThrottleMachine, StandsAgainAfterTenMinutesAndLaterEachTime) {
  ThrottleMachine machine{Throttle{}};
  BootTime now = 0s;
  for (const auto pause : {10min, 20min, 40min, 80min}) {
    Stall(machine, now);
    now += 30s + pause;
    EXPECT_EQ(machine.OnLook(LookAt(now - 1s, 0s)), Action::kNone) << pause.count();
  }
}

TEST(ThrottleMachine, NoPauseIsLongerThanADay) {
  ThrottleMachine machine{Throttle{}};
  BootTime now = 0s;
  for (int i = 0; i < 12; ++i) {
    Stall(machine, now);
    now += 30s + 24h;
  }
}

TEST(ThrottleMachine, WhatWaitedBeforeARevertIsNotCountedAfterIt) {
  ThrottleMachine machine{Throttle{}};
  ASSERT_EQ(machine.OnLook(LookAt(0s, 0s)), Action::kPutUp);
  ASSERT_EQ(machine.OnLook(LookAt(1s, 1s)), Action::kNone);
  machine.OnReverted(20s);
  EXPECT_EQ(machine.OnLook(LookAt(20s + 500ms, 20s)), Action::kNone)
      << "a second later at the soonest";
  ASSERT_EQ(machine.OnLook(LookAt(21s, 21s)), Action::kPutUp);
  EXPECT_EQ(machine.OnLook(LookAt(22s, 22s)), Action::kNone);
  EXPECT_EQ(machine.OnLook(LookAt(40s, 40s)), Action::kNone) << "it stands for 19 s";
}

TEST(ThrottleMachine, AReleaseDoesNotShortenThePause) {
  ThrottleMachine machine{Throttle{}};
  Stall(machine, 0s);
  machine.OnReleased();
  machine.OnFailed(1min);
  EXPECT_EQ(machine.OnLook(LookAt(9min, 0s)), Action::kNone);
  EXPECT_EQ(machine.OnLook(LookAt(11min, 0s)), Action::kPutUp);
  machine.OnReleased();
  EXPECT_EQ(machine.OnLook(LookAt(11min, 0s)), Action::kPutUp) << "the guardian came back";
}

TEST(ThrottleMachine, AForeignNumberIsNeverTouchedAgain) {
  ThrottleMachine machine{Throttle{}};
  machine.OnForeignValue();
  machine.OnFailed(0s);
  machine.OnReverted(0s);
  machine.OnReleased();
  EXPECT_EQ(machine.OnLook(LookAt(1h, 0s)), Action::kNone);
  EXPECT_EQ(machine.state(), State::kForeign);
}

TEST(ThrottleMachine, PhotographsAreTakenNearItAlsoWhileItStands) {
  ThrottleMachine machine{Throttle{}};
  auto look = LookAt(0s, 0s);
  ASSERT_EQ(machine.OnLook(look), Action::kPutUp);
  EXPECT_TRUE(machine.near_limit(look));
  look.unreclaimable = Bytes{799};
  EXPECT_FALSE(machine.near_limit(look));
}

}  // namespace
}  // namespace headroom
