#include "base/text.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(ParseUint64, TakesTheWholeRangeAndNothingElse) {
  EXPECT_EQ(ParseUint64("0"), 0U);
  EXPECT_EQ(ParseUint64("18446744073709551615"), UINT64_MAX);
  for (const char* bad : {"", " 1", "1 ", "-1", "+1", "0x1", "18446744073709551616", "1a"}) {
    EXPECT_EQ(ParseUint64(bad), std::nullopt) << bad;
  }
}

TEST(Split, GivesNoEmptyPieceBehindTheLastSeparator) {
  EXPECT_TRUE(Split("", '\n').empty());
  EXPECT_EQ(Split("a\n", '\n'), (std::vector<std::string_view>{"a"}));
  EXPECT_EQ(Split("a\n\nb", '\n'), (std::vector<std::string_view>{"a", "", "b"}));
}

TEST(Words, FoldsRunsOfBlanks) {
  EXPECT_EQ(Words("  a \t b\n"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(Words("a"), (std::vector<std::string_view>{"a"}));
  EXPECT_TRUE(Words(" \t").empty());
  EXPECT_TRUE(Words("").empty());
}

TEST(TakeLine, WalksATextWithoutAFinalLineEnd) {
  std::string_view rest = "a\nb";
  EXPECT_EQ(TakeLine(rest), "a");
  EXPECT_EQ(TakeLine(rest), "b");
  EXPECT_EQ(TakeLine(rest), std::nullopt);
}

TEST(EscapedForPeople, LeavesNothingThatATerminalObeys) {
  EXPECT_EQ(EscapedForPeople("nginx: worker"), "nginx: worker");
  EXPECT_EQ(EscapedForPeople("\x1b[31mred\n"), "\\x1b[31mred\\x0a");
  EXPECT_EQ(EscapedForPeople("a\\b"), "a\\x5cb");
  EXPECT_EQ(EscapedForPeople("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(EscapedForPeople("\xc2\x9b"), "\\xc2\\x9b") << "a C1 control starts an escape sequence";
  EXPECT_EQ(EscapedForPeople("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "it turns the text around";
  EXPECT_EQ(EscapedForPeople("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(EscapedForPeople("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(EscapedForPeople("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
}

TEST(PercentEncoded, MakesOnePathComponentAndBack) {
  for (const std::string name : {"web", "a/b", "..", ".hidden", "a b", "100%", "\xff\n"}) {
    const std::string encoded = PercentEncoded(name);
    EXPECT_EQ(encoded.find('/'), std::string::npos);
    EXPECT_NE(encoded.front(), '.');
    EXPECT_EQ(PercentDecoded(encoded), name);
  }
  EXPECT_EQ(PercentDecoded("a/b"), std::nullopt);
  EXPECT_EQ(PercentDecoded("%4"), std::nullopt);
  EXPECT_EQ(PercentDecoded("%zz"), std::nullopt);
}

TEST(Crc32, HasTheStandardCheckValue) { EXPECT_EQ(Crc32("123456789"), 0xCBF43926U); }

}  // namespace
}  // namespace headroom
