#include "container/oci/tmpfs_size.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr Bytes kHost{16ULL << 30U};

std::optional<Bytes> Parsed(std::string_view text) { return ParseTmpfsSize(text, kHost); }

TEST(ParseTmpfsSize, TakesTheUnitsOfTheKernelInBothCases) {
  EXPECT_EQ(Parsed("4096"), Bytes{4096});
  EXPECT_EQ(Parsed("64k"), Kibibytes(64));
  EXPECT_EQ(Parsed("64K"), Kibibytes(64));
  EXPECT_EQ(Parsed("2M"), Mebibytes(2));
  EXPECT_EQ(Parsed("1g"), Mebibytes(1024));
  EXPECT_EQ(Parsed("1t"), Bytes{1ULL << 40U});
  EXPECT_EQ(Parsed("3P"), Bytes{3ULL << 50U});
  EXPECT_EQ(Parsed("15e"), Bytes{15ULL << 60U});
}

TEST(ParseTmpfsSize, TakesOctalAndHexadecimalNumbers) {
  EXPECT_EQ(Parsed("0x1000000"), Mebibytes(16));
  EXPECT_EQ(Parsed("0X10m"), Mebibytes(16));
  EXPECT_EQ(Parsed("0x1e"), Bytes{30}) << "a digit, no unit";
  EXPECT_EQ(Parsed("0x1eg"), Mebibytes(30 * 1024));
  EXPECT_EQ(Parsed("010k"), Kibibytes(8));
  EXPECT_EQ(Parsed("010%"), Bytes{kHost.value * 8 / 100});
}

TEST(ParseTmpfsSize, APercentageIsOneOfTheHostsMemory) {
  EXPECT_EQ(Parsed("1%"), Bytes{kHost.value / 100});
  EXPECT_EQ(Parsed("50%"), Bytes{kHost.value / 2});
  EXPECT_EQ(Parsed("150%"), Bytes{kHost.value * 3 / 2});
  EXPECT_EQ(ParseTmpfsSize("50%", std::nullopt), std::nullopt);
  EXPECT_EQ(ParseTmpfsSize("50%", Bytes{0}), std::nullopt) << "no host has none";
}

TEST(ParseTmpfsSize, NothingIsNoLimitAsItIsToTheKernel) {
  for (const char* text : {"0", "00", "0k", "k", "0x0", "0%", "%"}) {
    EXPECT_EQ(Parsed(text), Bytes{0}) << text;
  }
}

TEST(ParseTmpfsSize, WhatTheKernelRefusesOrDoesNotHoldIsNotUnderstood) {
  for (const char* text :
       {"", "-1", "+1", " 1", "1 ", "1kb", "1b", "08", "0x", "0xg", "1.5g", "1%%", "1%k", "x",
        "16e", "18446744073709551616", "18446744073709551615k", "18446744073709551615%"}) {
    EXPECT_EQ(Parsed(text), std::nullopt) << text;
  }
  EXPECT_EQ(Parsed("18446744073709551615"), Bytes{UINT64_MAX});
}

TEST(FindSizeOption, TheLastOneCountsAndIsNamed) {
  const SizeOption last = FindSizeOption({"size=1g", "nosuid", "size=2m"}, kHost);
  EXPECT_EQ(last.text, "size=2m");
  EXPECT_EQ(last.size, Mebibytes(2));
  EXPECT_EQ(FindSizeOption({"mode=1777", "sizes=1"}, kHost).text, "");
  const SizeOption unread = FindSizeOption({"size=2m", "size=much"}, kHost);
  EXPECT_EQ(unread.text, "size=much");
  EXPECT_EQ(unread.size, std::nullopt);
  const SizeOption blocks = FindSizeOption({"size=2m", "nr_blocks=5"}, kHost);
  EXPECT_EQ(blocks.text, "nr_blocks=5");
  EXPECT_EQ(blocks.size, std::nullopt);
  EXPECT_EQ(FindSizeOption({"nr_blocks=5", "size=2m"}, kHost).size, Mebibytes(2));
}

}  // namespace
}  // namespace headroom
