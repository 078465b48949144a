#include "explain/print/layout.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using Lines = std::vector<std::string>;

TEST(Wrapped, BreaksAtBlanksOnly) {
  EXPECT_EQ(Wrapped("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(Wrapped("/a/very/long/path x", 5), (Lines{"/a/very/long/path", "x"}));
}

TEST(Wrapped, KeepsANumberWithItsUnit) {
  EXPECT_EQ(Wrapped("it was 64 MiB large", 10), (Lines{"it was", "64 MiB", "large"}));
  EXPECT_EQ(Wrapped("rose by 6 MiB/s, 12 %;", 14), (Lines{"rose by", "6 MiB/s, 12 %;"}));
  EXPECT_EQ(Wrapped("held for 11 ms)", 11), (Lines{"held for", "11 ms)"}));
  EXPECT_EQ(Wrapped("pid 4 second", 5), (Lines{"pid 4", "second"}));
}

TEST(Wrapped, NothingIsOneEmptyLine) {
  EXPECT_EQ(Wrapped("", 10), Lines{""});
  EXPECT_EQ(Wrapped("  ", 10), Lines{""});
}

TEST(Columns, CountsCodePoints) {
  EXPECT_EQ(Columns("abc"), 3U);
  EXPECT_EQ(Columns("gr\xc3\xbc\xc3\x9f"), 4U);
}

}  // namespace
}  // namespace headroom
