#include "policy/heap/go.h"

#include <gtest/gtest.h>

namespace headroom::heap {
namespace {

std::optional<Bytes> LimitOf(std::string_view text) {
  const GoMemory memory = ReadGo(text, std::nullopt);
  return memory.limit ? std::optional(memory.limit->value) : std::nullopt;
}

TEST(ReadGo, TakesTheUnitsOfGoLetterForLetter) {
  EXPECT_EQ(LimitOf("0"), Bytes{0});
  EXPECT_EQ(LimitOf("1024"), Bytes{1024});
  EXPECT_EQ(LimitOf("1024B"), Bytes{1024});
  EXPECT_EQ(LimitOf("64KiB"), Kibibytes(64));
  EXPECT_EQ(LimitOf("512MiB"), Mebibytes(512));
  EXPECT_EQ(LimitOf("2GiB"), Mebibytes(2048));
  EXPECT_EQ(LimitOf("1TiB"), Mebibytes(1U << 20U));
  for (const char* bad : {"", "off", "512M", "512MB", "512mib", "512Mi", "1.5GiB", "-1", " 1", "B",
                          "1PiB", "1 GiB"}) {
    EXPECT_EQ(LimitOf(bad), std::nullopt) << bad;
  }
}

TEST(ReadGo, SoMuchIsNone) {
  EXPECT_EQ(LimitOf("9223372036854775807"), std::nullopt) << "math.MaxInt64 means no limit";
  EXPECT_EQ(LimitOf("1048575TiB"), Times(Mebibytes(1U << 20U), 1048575));
  EXPECT_EQ(LimitOf("1048576TiB"), std::nullopt);
}

TEST(ReadGo, OnlyOffStopsTheCollector) {
  EXPECT_TRUE(ReadGo(std::nullopt, std::nullopt).collects);
  EXPECT_FALSE(ReadGo(std::nullopt, "off").collects);
  for (const char* other : {"", "100", "OFF", "off "}) {
    EXPECT_TRUE(ReadGo(std::nullopt, other).collects) << other;
  }
}

}  // namespace
}  // namespace headroom::heap
