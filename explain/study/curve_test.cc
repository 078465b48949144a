#include "explain/study/curve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "explain/study/robust.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr double kMebibyte = 1048576;
constexpr double kLimit = 256 * kMebibyte;
constexpr unsigned kSeeds = 40;

/// When a container is looked at: every 10 s, then every second, then ten times a second, as the
/// supervisor does while memory rises; each a little late.
std::vector<double> MixedTimes(std::mt19937& random) {
  std::uniform_real_distribution<double> late(0, 0.1);
  std::vector<double> times;
  double now = 0;
  const auto add = [&](int count, double interval) {
    for (int i = 0; i < count; ++i) times.push_back(now += interval * (1 + late(random)));
  };
  add(30, 10);
  add(40, 1);
  add(50, 0.1);
  return times;
}

std::vector<double> EverySecond(int count) {
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) times.push_back(i);
  return times;
}

/// Noise in shares of the limit.
std::vector<Point> Sampled(const std::vector<double>& times,
                           const std::function<double(double)>& bytes, double noise,
                           std::mt19937& random) {
  std::normal_distribution<double> off(0, 1);
  std::vector<Point> points;
  for (const double time : times) {
    const auto at = std::chrono::duration_cast<BootTime>(std::chrono::duration<double>(time));
    points.push_back({100s + at, bytes(time) + noise * kLimit * off(random)});
  }
  return points;
}

std::optional<Shape> ShapeOf(const std::vector<Point>& points) {
  const auto curve = FindCurve(points, kLimit);
  return curve ? std::optional(curve->shape) : std::nullopt;
}

class NoisyCurve : public testing::TestWithParam<double> {
 protected:
  /// Calls `check` with the points of many seeds.
  static void ForEverySeed(const std::function<void(std::mt19937&, unsigned)>& check) {
    for (unsigned seed = 1; seed <= kSeeds; ++seed) {
      std::mt19937 random(seed);
      check(random, seed);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Noise, NoisyCurve, testing::Values(0.0, 0.002, 0.01),
                         [](const auto& test) {
                           return "PerMille" + std::to_string(std::lround(test.param * 1000));
                         });

TEST_P(NoisyCurve, ALeakIsSteadyAndItsRateIsRight) {
  ForEverySeed([](std::mt19937& random, unsigned seed) {
    const auto times = MixedTimes(random);
    const double rate = 0.8 * kLimit / times.back();
    const auto points =
        Sampled(times, [&](double time) { return 0.1 * kLimit + rate * time; }, GetParam(), random);
    const auto curve = FindCurve(points, kLimit);
    ASSERT_TRUE(curve.has_value()) << seed;
    EXPECT_EQ(curve->shape, Shape::kSteady) << seed;
    EXPECT_NEAR(curve->bytes_per_second, rate, 0.1 * rate) << seed;
    EXPECT_LT(curve->first, 60U) << "most of the leak is in it, seed " << seed;
  });
}

TEST_P(NoisyCurve, APlateauIsNeverALeak) {
  ForEverySeed([](std::mt19937& random, unsigned seed) {
    for (const auto& times : {MixedTimes(random), EverySecond(20), EverySecond(127)}) {
      const auto shape =
          ShapeOf(Sampled(times, [](double) { return 0.9 * kLimit; }, GetParam(), random));
      EXPECT_EQ(shape.value_or(Shape::kPlateau), Shape::kPlateau) << seed;
    }
  });
}

TEST_P(NoisyCurve, APlateauBehindAClimbIsNeverALeak) {
  ForEverySeed([](std::mt19937& random, unsigned seed) {
    const auto warm = [](double time) { return 0.85 * kLimit * std::min(1.0, time / 20); };
    const auto saturating = [](double time) { return 0.85 * kLimit * (1 - std::exp(-time / 8)); };
    for (const std::function<double(double)>& bytes :
         {std::function<double(double)>(warm), std::function<double(double)>(saturating)}) {
      const auto curve = FindCurve(Sampled(EverySecond(80), bytes, GetParam(), random), kLimit);
      if (!curve) continue;
      EXPECT_EQ(curve->shape, Shape::kPlateau) << seed;
      EXPECT_EQ(curve->bytes_per_second, 0) << seed;
    }
  });
}

TEST_P(NoisyCurve, ABurstIsToldFromALeak) {
  ForEverySeed([](std::mt19937& random, unsigned seed) {
    const auto bytes = [](double time) {
      return kLimit * (0.2 + 0.7 * std::max(0.0, time - 60) / 8);
    };
    const auto curve = FindCurve(Sampled(EverySecond(69), bytes, GetParam(), random), kLimit);
    ASSERT_TRUE(curve.has_value()) << seed;
    EXPECT_EQ(curve->shape, Shape::kBurst) << seed;
    EXPECT_NEAR(curve->bytes_per_second, kLimit * 0.7 / 8, 0.15 * kLimit * 0.7 / 8) << seed;
    EXPECT_LT(curve->level_from, curve->first) << seed;
  });
}

TEST_P(NoisyCurve, AJumpBetweenTwoSamplesIsABurst) {
  ForEverySeed([](std::mt19937& random, unsigned seed) {
    const auto bytes = [](double time) { return kLimit * (time < 39 ? 0.2 : 0.9); };
    EXPECT_EQ(ShapeOf(Sampled(EverySecond(40), bytes, GetParam(), random)), Shape::kBurst) << seed;
  });
}

double Tooth(double time) { return kLimit * (0.2 + 0.6 * std::fmod(time, 10) / 10); }

TEST_P(NoisyCurve, ASawtoothIsNoLeakWhereverItEnds) {
  ForEverySeed([](std::mt19937& random, unsigned seed) {
    for (int count = 40; count < 60; ++count) {
      const auto curve = FindCurve(Sampled(EverySecond(count), Tooth, GetParam(), random), kLimit);
      ASSERT_TRUE(curve.has_value()) << seed << ' ' << count;
      EXPECT_EQ(curve->shape, Shape::kSawtooth) << seed << ' ' << count;
      EXPECT_EQ(curve->bytes_per_second, 0) << seed << ' ' << count;
      EXPECT_GE(curve->falls, 2U) << seed << ' ' << count;
    }
  });
}

TEST_P(NoisyCurve, OfASawtoothThatRisesTheLowPointsGiveTheRate) {
  ForEverySeed([](std::mt19937& random, unsigned seed) {
    const double rate = kLimit * 0.3 / 60;
    const auto bytes = [&](double time) {
      return rate * time + kLimit * (0.1 + 0.4 * std::fmod(time, 10) / 10);
    };
    const auto curve = FindCurve(Sampled(EverySecond(65), bytes, GetParam(), random), kLimit);
    ASSERT_TRUE(curve.has_value()) << seed;
    EXPECT_EQ(curve->shape, Shape::kSawtooth) << seed;
    EXPECT_NEAR(curve->bytes_per_second, rate, 0.3 * rate) << seed;
  });
}

TEST_P(NoisyCurve, AClimbThatLeavesTheTeethIsALeakOfItsOwn) {
  ForEverySeed([](std::mt19937& random, unsigned seed) {
    const auto bytes = [](double time) {
      return time < 40 ? 0.6 * Tooth(time) : kLimit * (0.12 + 0.8 * (time - 40) / 60);
    };
    const auto curve = FindCurve(Sampled(EverySecond(100), bytes, GetParam(), random), kLimit);
    ASSERT_TRUE(curve.has_value()) << seed;
    EXPECT_EQ(curve->shape, Shape::kSteady) << seed;
    EXPECT_GE(curve->first, 39U) << seed;
  });
}

TEST(Curve, NoiseAsLargeAsATurnIsNoTurnAndNoLeak) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const auto level = [](double) { return 0.6 * kLimit; };
    const auto shape = ShapeOf(Sampled(EverySecond(60), level, 0.05, random));
    EXPECT_EQ(shape.value_or(Shape::kPlateau), Shape::kPlateau) << seed;
  }
}

TEST(Curve, AClimbThatOnlyPausedBeforeIsNoBurst) {
  std::mt19937 random(1);
  const auto bytes = [](double time) {
    return kLimit * (0.1 + 0.8 * std::max(0.0, time - 12) / 20);
  };
  EXPECT_EQ(ShapeOf(Sampled(EverySecond(33), bytes, 0, random)), Shape::kSteady);
}

TEST(Curve, OfFewPointsIsNone) {
  std::mt19937 random(1);
  const auto rising = [](double time) { return 0.2 * kLimit * time; };
  for (int count = 0; count < 4; ++count) {
    EXPECT_EQ(ShapeOf(Sampled(EverySecond(count), rising, 0, random)), std::nullopt) << count;
  }
  EXPECT_EQ(ShapeOf(Sampled(EverySecond(4), rising, 0, random)), Shape::kSteady);
}

TEST(Curve, ASlowLeakSeenForAShortTimeIsNoPlateau) {
  std::mt19937 random(1);
  const auto slow = [](double time) { return kLimit * (0.9 + 0.04 * time / 60); };
  EXPECT_NE(ShapeOf(Sampled(EverySecond(60), slow, 0, random)), Shape::kPlateau);
}

TEST(Curve, AFewLevelPointsAreNoPlateau) {
  std::mt19937 random(1);
  const auto level = [](double) { return 0.9 * kLimit; };
  EXPECT_EQ(ShapeOf(Sampled(EverySecond(7), level, 0, random)), std::nullopt);
  EXPECT_EQ(ShapeOf(Sampled({0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}, level, 0, random)),
            std::nullopt)
      << "a second of it";
}

/// A container that is quiet is looked at every ten seconds, and what says nothing new is not kept.
TEST(Curve, AFewLevelPointsOfALongTimeAreAPlateau) {
  std::mt19937 random(1);
  const auto level = [](double) { return 0.3 * kLimit; };
  EXPECT_EQ(ShapeOf(Sampled({0, 10, 20, 30}, level, 0, random)), Shape::kPlateau);
  EXPECT_EQ(ShapeOf(Sampled({0, 10, 20, 29}, level, 0, random)), std::nullopt);
  EXPECT_EQ(ShapeOf(Sampled({0, 30, 60}, level, 0, random)), std::nullopt) << "two pairs of them";
}

TEST(Curve, WhatFallsIsNoGrowth) {
  std::mt19937 random(1);
  const auto falling = [](double time) { return kLimit * (0.9 - 0.02 * time); };
  const auto curve = FindCurve(Sampled(EverySecond(30), falling, 0, random), kLimit);
  EXPECT_TRUE(!curve || curve->bytes_per_second == 0);
}

TEST(Curve, AnOddSampleMovesNoRate) {
  std::mt19937 random(1);
  const double rate = kLimit * 0.8 / 60;
  auto points = Sampled(EverySecond(60), [&](double time) { return rate * time; }, 0, random);
  points[30].bytes += 0.1 * kLimit;
  const auto curve = FindCurve(points, kLimit);
  ASSERT_TRUE(curve.has_value());
  EXPECT_NEAR(curve->bytes_per_second, rate, 0.01 * rate);
}

TEST(Curve, AnyNumbersAreNoDisaster) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Point> points;
    BootTime at{};
    for (int i = 0; i < 40; ++i) {
      at += BootTime(1 + static_cast<std::int64_t>(random() % (1ULL << (random() % 50))));
      points.push_back({at, static_cast<double>(random() >> (random() % 64))});
    }
    for (const double whole : {0.0, 1.0, 1e9, 2e19}) {
      const auto curve = FindCurve(points, whole);
      if (!curve) continue;
      EXPECT_LT(curve->first, points.size());
      EXPECT_LE(curve->low, curve->high);
      EXPECT_TRUE(std::isfinite(curve->bytes_per_second));
    }
  }
}

TEST(Curve, OfManyPointsTheLastCount) {
  std::mt19937 random(1);
  const auto points = Sampled(
      EverySecond(60000), [](double time) { return kLimit * (0.1 + time / 100000); }, 0, random);
  const auto curve = FindCurve(points, kLimit / 100);
  ASSERT_TRUE(curve.has_value());
  EXPECT_GE(curve->first, points.size() - 256);
}

TEST(Robust, TheSlopeIsThatOfMostPairs) {
  std::vector<Point> points;
  points.reserve(10);
  for (int i = 0; i < 10; ++i) points.push_back({std::chrono::seconds(i), 5.0 * i});
  points[4].bytes = 1e12;
  EXPECT_NEAR(RobustSlope(points), 5, 1e-9);
  EXPECT_EQ(RobustSlope({}), 0);
  EXPECT_EQ(RobustSlope(std::span(points).first(1)), 0);
}

TEST(Robust, TheNoiseOfALineIsNoneAndThatOfNoiseIsItsDeviation) {
  std::vector<Point> points;
  std::mt19937 random(3);
  std::normal_distribution<double> off(0, 2);
  points.reserve(1000);
  for (int i = 0; i < 1000; ++i) points.push_back({std::chrono::seconds(i), 5.0 * i});
  EXPECT_NEAR(NoiseOf(points), 0, 1e-6);
  for (Point& point : points) point.bytes += off(random);
  EXPECT_NEAR(NoiseOf(points), 2, 0.3);
}

}  // namespace
}  // namespace headroom
