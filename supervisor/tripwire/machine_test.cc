#include "supervisor/tripwire/machine.h"

#include <gtest/gtest.h>

#include <random>

namespace headroom {
namespace {

using namespace std::chrono_literals;
using Action = TripwireMachine::Action;
using State = TripwireMachine::State;

constexpr Bytes kHigh{1000};

TripwireMachine::Look LookAt(BootTime now, std::uint64_t unreclaimable,
                             std::uint64_t current = 500) {
  return {.now = now,
          .current = Bytes{current},
          .unreclaimable = Bytes{unreclaimable},
          .high = kHigh,
          .swap_has_room = false,
          .stalled = {},
          .refaults = {}};
}

TripwireMachine Armed() {
  TripwireMachine machine;
  EXPECT_EQ(machine.OnLook(LookAt(0s, 0)), Action::kPutUp);
  return machine;
}

TEST(TripwireMachine, StandsFromAdoptionInAContainerFarFromItsLimit) {
  EXPECT_EQ(Armed().state(), State::kUp);
}

TEST(TripwireMachine, IsNotPutUpIntoAContainerFullOfCache) {
  TripwireMachine machine;
  EXPECT_EQ(machine.OnLook(LookAt(0s, 100, 990)), Action::kNone);
  EXPECT_EQ(machine.OnLook(LookAt(1s, 599, 990)), Action::kNone);
  EXPECT_EQ(machine.OnLook(LookAt(2s, 600, 990)), Action::kPutUp);
}

TEST(TripwireMachine, PhotographsOnlyWhatReclaimCouldNotFree) {
  TripwireMachine machine = Armed();
  EXPECT_EQ(machine.OnHighEvent(LookAt(1s, 899)), Action::kLift);
  machine = Armed();
  EXPECT_EQ(machine.OnHighEvent(LookAt(1s, 900)), Action::kPhotographAndLift);
  EXPECT_EQ(machine.state(), State::kHolding);
}

TripwireMachine::Look LaggingLook(BootTime now, std::uint64_t unreclaimable,
                                  std::uint64_t in_no_figure) {
  auto look = LookAt(now, unreclaimable, 1000);
  look.in_no_figure = Bytes{in_no_figure};
  return look;
}

TEST(TripwireMachine, WhatNoFigureCountsYetMayBeWhatReclaimCannotFree) {
  TripwireMachine machine = Armed();
  EXPECT_EQ(machine.OnHighEvent(LaggingLook(1s, 20, 879)), Action::kLift);
  machine = Armed();
  EXPECT_EQ(machine.OnHighEvent(LaggingLook(1s, 20, 880)), Action::kPhotographAndLift);
  machine = Armed();
  auto look = LaggingLook(1s, 20, 880);
  look.swap_has_room = true;
  EXPECT_EQ(machine.OnHighEvent(look), Action::kLift);
}

TEST(TripwireMachine, AContainerThatOnlyMayBeFullIsHeldEverMoreSeldom) {
  TripwireMachine machine = Armed();
  BootTime now = 1s;
  for (int trip = 0; trip < 20; ++trip) {
    ASSERT_EQ(machine.OnHighEvent(LaggingLook(now, 700, 200)), Action::kPhotographAndLift);
    machine.OnPhotographed(now);
    EXPECT_EQ(machine.OnLook(LaggingLook(now, 700, 100)), Action::kNone) << "may still be full";
    const auto wait = std::min<BootTime>(50ms * (1LL << std::min(trip, 20)), 10min);
    // 550: below what a wire is worth a false trip for at any time.
    EXPECT_EQ(machine.OnLook(LaggingLook(now + wait - 1ms, 550, 0)), Action::kNone) << trip;
    now += wait;
    ASSERT_EQ(machine.OnLook(LaggingLook(now, 700, 0)), Action::kPutUp) << trip;
  }
}

TEST(TripwireMachine, ATripWithoutDoubtStartsTheBackOffOver) {
  TripwireMachine machine = Armed();
  ASSERT_EQ(machine.OnHighEvent(LaggingLook(1s, 700, 200)), Action::kPhotographAndLift);
  machine.OnPhotographed(1s);
  ASSERT_EQ(machine.OnLook(LaggingLook(2s, 700, 0)), Action::kPutUp);
  ASSERT_EQ(machine.OnHighEvent(LookAt(3s, 950)), Action::kPhotographAndLift);
  machine.OnPhotographed(3s);
  ASSERT_EQ(machine.OnLook(LookAt(3s, 700, 1000)), Action::kPutUp);
  EXPECT_EQ(machine.backoff(), 50ms);
}

TEST(TripwireMachine, AfterCacheMetTheWireTheBackOffDoublesUpToTenMinutes) {
  TripwireMachine machine = Armed();
  BootTime now = 1s;
  for (int trip = 0; trip < 20; ++trip) {
    ASSERT_EQ(machine.OnHighEvent(LookAt(now, 700, 1000)), Action::kLift);
    const auto wait = std::min<BootTime>(50ms * (1LL << std::min(trip, 20)), 10min);
    EXPECT_EQ(machine.OnLook(LookAt(now + wait - 1ms, 700, 1000)), Action::kNone) << trip;
    now += wait;
    ASSERT_EQ(machine.OnLook(LookAt(now, 700, 1000)), Action::kPutUp) << trip;
  }
}

TEST(TripwireMachine, ALongQuietTimeStartsTheBackOffOver) {
  TripwireMachine machine = Armed();
  ASSERT_EQ(machine.OnHighEvent(LookAt(1s, 700, 1000)), Action::kLift);
  ASSERT_EQ(machine.OnLook(LookAt(2s, 700, 1000)), Action::kPutUp);
  ASSERT_EQ(machine.OnHighEvent(LookAt(2min, 700, 1000)), Action::kLift);
  EXPECT_EQ(machine.backoff(), 100ms);
}

TEST(TripwireMachine, ABackOffThatCacheCausedDoesNotDelayTheWireAtTheTripShare) {
  TripwireMachine machine = Armed();
  ASSERT_EQ(machine.OnHighEvent(LookAt(1s, 700, 1000)), Action::kLift);
  EXPECT_EQ(machine.OnLook(LookAt(1s + 1ms, 900, 1000)), Action::kPutUp);
}

TEST(TripwireMachine, DoesNotStandWhileSwapHasRoom) {
  TripwireMachine machine;
  auto look = LookAt(0s, 950);
  look.swap_has_room = true;
  EXPECT_EQ(machine.OnLook(look), Action::kNone);
  machine = Armed();
  EXPECT_EQ(machine.OnLook(look), Action::kLift);
  EXPECT_EQ(machine.state(), State::kDown);
}

TEST(TripwireMachine, AfterAPhotographNothingIsHeldUntilTheContainerRecovered) {
  TripwireMachine machine = Armed();
  ASSERT_EQ(machine.OnHighEvent(LookAt(1s, 950)), Action::kPhotographAndLift);
  machine.OnPhotographed(1s);
  EXPECT_TRUE(machine.near_limit(LookAt(1s, 950)));
  EXPECT_EQ(machine.OnHighEvent(LookAt(2s, 950)), Action::kNone);
  EXPECT_EQ(machine.OnLook(LookAt(2s, 990)), Action::kNone);
  EXPECT_EQ(machine.OnLook(LookAt(3s, 800)), Action::kNone);
  EXPECT_EQ(machine.OnLook(LookAt(4s, 799)), Action::kPutUp);
}

TEST(TripwireMachine, ARevertOnlyDisarmsForASecond) {
  TripwireMachine machine = Armed();
  machine.OnReverted(10s);
  EXPECT_EQ(machine.OnLook(LookAt(10s + 999ms, 0)), Action::kNone);
  EXPECT_EQ(machine.OnLook(LookAt(11s, 0)), Action::kPutUp);
}

TEST(TripwireMachine, AForeignValueEndsItForGood) {
  TripwireMachine machine = Armed();
  machine.OnForeignValue();
  EXPECT_EQ(machine.OnHighEvent(LookAt(1s, 1000)), Action::kNone);
  machine.OnReleased();
  machine.OnReverted(1s);
  machine.OnFailed(1s);
  machine.OnPhotographed(1s);
  EXPECT_EQ(machine.OnLook(LookAt(1h, 1000)), Action::kNone);
  EXPECT_EQ(machine.state(), State::kForeign);
}

/// Whatever arrives in whatever order: a photograph is only ever asked for while a wire stands,
/// and a wire is only put up where none stands. So nothing is ever held twice or left held.
TEST(TripwireMachine, KeepsArmsAndLiftsPairedUnderAnyOrderOfEvents) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same run every time
  for (int run = 0; run < 200; ++run) {
    TripwireMachine machine;
    bool up = false;
    BootTime now{};
    for (int step = 0; step < 300; ++step) {
      now += std::chrono::milliseconds(random() % 2000);
      auto look = LookAt(now, random() % 1100, random() % 1100);
      look.swap_has_room = random() % 8 == 0;
      Action action = Action::kNone;
      switch (random() % 6) {
        case 0:
          action = machine.OnHighEvent(look);
          break;
        case 1:
          machine.OnPhotographed(now);
          break;
        case 2:
          up = false;
          machine.OnReverted(now);
          break;
        case 3:
          up = false;
          machine.OnReleased();
          break;
        default:
          action = machine.OnLook(look);
      }
      if (action == Action::kPutUp) {
        ASSERT_FALSE(up);
        up = true;
      }
      if (action == Action::kLift || action == Action::kPhotographAndLift) {
        ASSERT_TRUE(up);
        up = false;
      }
      ASSERT_EQ(machine.state() == State::kUp, up);
    }
  }
}

}  // namespace
}  // namespace headroom
