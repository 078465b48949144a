#include "explain/html/anchor.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(AnchorOf, KeepsTheNamesOfABundle) {
  EXPECT_EQ(AnchorOf("kernel/oom.log:61").text, "kernel/oom.log:61");
  EXPECT_EQ(AnchorOf("cgroup/ancestors/00-box.slice/memory.max:1").text,
            "cgroup/ancestors/00-box.slice/memory.max:1");
}

TEST(AnchorOf, OtherBytesAreNeitherMarkupNorABlank) {
  EXPECT_EQ(AnchorOf("a b\"><").text, "a~20b~22~3e~3c");
  EXPECT_NE(AnchorOf("a~20b").text, AnchorOf("a b").text);
  EXPECT_EQ(AnchorOf("a//b").text, "a/&#47;b");
}

TEST(ParseCitation, TellsTheLineFromTheFile) {
  EXPECT_EQ(ParseCitation("kernel/oom.log:61").file, "kernel/oom.log");
  EXPECT_EQ(ParseCitation("kernel/oom.log:61").line, 61U);
  EXPECT_EQ(ParseCitation("before/memory.stat").line, 0U);
  for (const char* whole : {"a:b", "a:", "a:0", "a:-1", "a:99999999999999999999999", ""}) {
    EXPECT_EQ(ParseCitation(whole).file, whole);
    EXPECT_EQ(ParseCitation(whole).line, 0U) << whole;
  }
}

}  // namespace
}  // namespace headroom
