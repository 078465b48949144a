#include "policy/heap/amount.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace headroom::heap {
namespace {

constexpr std::array<Unit, 3> kUnits = {{{"", 1}, {"k", 1024}, {"Mi", 1ULL << 20U}}};

std::optional<Bytes> Exact(std::string_view text) {
  return ParseSize(text, kUnits, LetterCase::kExact);
}

TEST(ParseSize, TakesDigitsAndOneOfTheUnits) {
  EXPECT_EQ(Exact("0"), Bytes{0});
  EXPECT_EQ(Exact("512"), Bytes{512});
  EXPECT_EQ(Exact("512k"), Kibibytes(512));
  EXPECT_EQ(Exact("00002Mi"), Mebibytes(2));
}

TEST(ParseSize, TakesNothingElse) {
  for (const char* bad : {"", "k", "-1", "+1", " 1", "1 ", "1 k", "1K", "1mi", "1kk", "1.5k",
                          "0x10", "1e3", "1k\n"}) {
    EXPECT_EQ(Exact(bad), std::nullopt) << bad;
  }
  const std::array<Unit, 1> kilo = {{{"k", 1024}}};
  EXPECT_EQ(ParseSize("5", kilo, LetterCase::kExact), std::nullopt) << "no unit is not offered";
}

TEST(ParseSize, LettersCountOnlyWhereTheyDo) {
  EXPECT_EQ(ParseSize("1K", kUnits, LetterCase::kIgnored), Kibibytes(1));
  EXPECT_EQ(ParseSize("1mI", kUnits, LetterCase::kIgnored), Mebibytes(1));
}

TEST(ParseSize, WhatIsTooLargeIsTheLargest) {
  EXPECT_EQ(Exact("1152921504606846976"), kLargestAmount);
  EXPECT_EQ(Exact("1152921504606846975"), Bytes{kLargestAmount.value - 1});
  EXPECT_EQ(Exact("18446744073709551616"), kLargestAmount);
  EXPECT_EQ(Exact("18446744073709551615Mi"), kLargestAmount);
  EXPECT_EQ(Exact(std::string(kLongestAmount, '9')), kLargestAmount);
  EXPECT_EQ(Exact(std::string(kLongestAmount + 1, '0')), std::nullopt) << "nobody writes that";
}

TEST(ParsePercentage, IsAboveNothingAndAtMostAll) {
  EXPECT_EQ(ParsePercentage("75"), 75.0);
  EXPECT_EQ(ParsePercentage("75.5"), 75.5);
  EXPECT_EQ(ParsePercentage("100.0"), 100.0);
  EXPECT_EQ(ParsePercentage("0.001"), 0.001);
  for (const char* bad : {"", "0", "0.0", "100.01", "-5", "5%", "1e1", "inf", "nan", ".", "1.2.3",
                          "1,5", "99999999999999999999999999999999999999999"}) {
    EXPECT_EQ(ParsePercentage(bad), std::nullopt) << bad;
  }
}

TEST(PartOf, RoundsDownAndWholeOfUp) {
  EXPECT_EQ(PartOf(Bytes{10}, 0.25), Bytes{2});
  EXPECT_EQ(WholeOf(Bytes{10}, 0.75), Bytes{14});
  EXPECT_EQ(WholeOf(Mebibytes(300), 1.5), Mebibytes(200));
  EXPECT_EQ(PartOf(Bytes{std::numeric_limits<std::uint64_t>::max()}, 1), kLargestAmount);
  EXPECT_EQ(WholeOf(Bytes{1}, std::numeric_limits<double>::denorm_min()), kLargestAmount);
  EXPECT_EQ(WholeOf(Bytes{0}, 0), kLargestAmount) << "and not undefined";
}

TEST(Arithmetic, StopsAtTheLargestAmount) {
  EXPECT_EQ(Sum(Bytes{1}, Bytes{2}), Bytes{3});
  EXPECT_EQ(Sum(kLargestAmount, kLargestAmount), kLargestAmount);
  EXPECT_EQ(Sum(Bytes{std::numeric_limits<std::uint64_t>::max()}, Bytes{1}), kLargestAmount);
  EXPECT_EQ(Times(Mebibytes(4), 100), Mebibytes(400));
  EXPECT_EQ(Times(Mebibytes(4), 0), Bytes{0});
  EXPECT_EQ(Times(kLargestAmount, std::numeric_limits<std::uint64_t>::max()), kLargestAmount);
  EXPECT_EQ(Times(Bytes{1}, std::numeric_limits<std::uint64_t>::max()), kLargestAmount);
}

}  // namespace
}  // namespace headroom::heap
