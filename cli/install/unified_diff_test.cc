#include "cli/install/unified_diff.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(UnifiedDiff, ShowsAChangeWithThreeLinesAround) {
  EXPECT_EQ(UnifiedDiff("/f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- /f\n+++ /f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, IsEmptyWhereNothingChanges) {
  EXPECT_EQ(UnifiedDiff("/f", "a\n", "a\n"), "");
  EXPECT_EQ(UnifiedDiff("/f", std::nullopt, std::nullopt), "");
}

TEST(UnifiedDiff, AFileThatComesOrGoesIsDevNullOnTheOtherSide) {
  EXPECT_EQ(UnifiedDiff("/f", std::nullopt, "a\nb\n"),
            "--- /dev/null\n+++ /f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
  EXPECT_EQ(UnifiedDiff("/f", "a\n", std::nullopt), "--- /f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
  EXPECT_EQ(UnifiedDiff("/f", "", std::nullopt), "--- /f\n+++ /dev/null\n");
}

TEST(UnifiedDiff, SaysWhereALastLineHasNoEnd) {
  EXPECT_EQ(UnifiedDiff("/f", "{}", "{1}"),
            "--- /f\n+++ /f\n@@ -1 +1 @@\n-{}\n\\ No newline at end of file\n+{1}\n"
            "\\ No newline at end of file\n");
  EXPECT_EQ(UnifiedDiff("/f", "a\nb", "a\nb\n"),
            "--- /f\n+++ /f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
}

TEST(UnifiedDiff, ALineAddedToEqualOnesIsOneLine) {
  EXPECT_EQ(UnifiedDiff("/f", "a\na\n", "a\na\na\n"),
            "--- /f\n+++ /f\n@@ -1,2 +1,3 @@\n a\n a\n+a\n");
}

TEST(UnifiedDiff, KeepsWhatPatchNeedsAndNothingThatMovesACursor) {
  EXPECT_EQ(UnifiedDiff("/f", "", "\t\"\\u0041\"\r\n"),
            "--- /f\n+++ /f\n@@ -0,0 +1 @@\n+\t\"\\u0041\"\r\n");
  EXPECT_EQ(UnifiedDiff("/f", "", "a\rb\x1b[2J\x7f\n"),
            "--- /f\n+++ /f\n@@ -0,0 +1 @@\n+a\\x0db\\x1b[2J\\x7f\n");
}

}  // namespace
}  // namespace headroom
