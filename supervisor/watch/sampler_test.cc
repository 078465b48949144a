#include "supervisor/watch/sampler.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

const Limit kLimit(Mebibytes(64));

Sample Quiet() {
  Sample sample;
  sample.current = Mebibytes(60);
  sample.oom_kill = 0;
  sample.high = 0;
  sample.max = 5;
  return sample;
}

TEST(SaysMore, NotWhereNothingHappened) {
  Sample next = Quiet();
  next.current = Mebibytes(60) + Kibibytes(600);
  EXPECT_FALSE(SaysMore(next, Quiet(), kLimit));
  next.current = Mebibytes(60) - Kibibytes(600);
  EXPECT_FALSE(SaysMore(next, Quiet(), kLimit));
}

TEST(SaysMore, WhereAHundredthOfTheLimitCameOrWent) {
  Sample next = Quiet();
  next.current = Mebibytes(61);
  EXPECT_TRUE(SaysMore(next, Quiet(), kLimit));
  next.current = Mebibytes(59);
  EXPECT_TRUE(SaysMore(next, Quiet(), kLimit));
}

TEST(SaysMore, WhereItHasThePartsOrACountRoseOrTheWireChanged) {
  for (const auto& change :
       {+[](Sample& sample) { sample.anon = Bytes{0}; },
        +[](Sample& sample) { sample.some_us = 0; }, +[](Sample& sample) { sample.oom_kill = 1; },
        +[](Sample& sample) { sample.high = 1; }, +[](Sample& sample) { sample.max = 6; },
        +[](Sample& sample) { sample.armed = true; }}) {
    Sample next = Quiet();
    change(next);
    EXPECT_TRUE(SaysMore(next, Quiet(), kLimit));
  }
}

TEST(SaysMore, WhereSomethingIsNotKnownOrNothingWasKept) {
  EXPECT_TRUE(SaysMore(Quiet(), Sample{}, kLimit));
  EXPECT_TRUE(SaysMore(Quiet(), Quiet(), Limit::Unlimited()));
  Sample blind = Quiet();
  blind.oom_kill.reset();
  EXPECT_TRUE(SaysMore(blind, Quiet(), kLimit));
}

}  // namespace
}  // namespace headroom
