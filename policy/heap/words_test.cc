#include "policy/heap/words.h"

#include <gtest/gtest.h>

namespace headroom::heap {
namespace {

using List = std::vector<std::string>;

List Java(std::string_view text) { return OptionWords(text, WordRules::kJava); }
List Node(std::string_view text) { return OptionWords(text, WordRules::kNode); }

TEST(OptionWords, OfJavaAreDividedByBlanksAndLineEnds) {
  EXPECT_EQ(Java(" -Xmx1g\t-Da=b\n -c\r\n"), (List{"-Xmx1g", "-Da=b", "-c"}));
  EXPECT_EQ(Java(""), List{});
  EXPECT_EQ(Java(" \n"), List{});
}

TEST(OptionWords, OfJavaKeepQuotedBlanksAndEscapeNothing) {
  EXPECT_EQ(Java(R"('-Da=b c' -Dd="e f"g "" -Xmx1g)"), (List{"-Da=b c", "-Dd=e fg", "", "-Xmx1g"}));
  EXPECT_EQ(Java(R"(a\ b 'c"d')"), (List{"a\\", "b", "c\"d"}));
  EXPECT_EQ(Java("'-Da=b -Xmx1g"), (List{"-Da=b -Xmx1g"})) << "an open quote reaches to the end";
}

TEST(OptionWords, OfNodeEscapeInQuotesAndKnowNoSingleOnes) {
  EXPECT_EQ(Node(R"(--title "a \" b" --x='c d')"), (List{"--title", "a \" b", "--x='c", "d'"}));
  EXPECT_EQ(Node("a\tb"), (List{"a\tb"})) << "only the blank divides";
  EXPECT_EQ(Node("\"a\\"), (List{"a"}));
}

TEST(ShellWords, TakesWordsQuotesAndBackslashes) {
  EXPECT_EQ(ShellWords("exec  java\t-Xmx512m -jar /app.jar"),
            (List{"exec", "java", "-Xmx512m", "-jar", "/app.jar"}));
  EXPECT_EQ(ShellWords(R"(a 'b $c' "d 'e' \"f\" \x" g\ h '' "")"),
            (List{"a", "b $c", "d 'e' \"f\" \\x", "g h", "", ""}));
  EXPECT_EQ(ShellWords(""), List{});
}

TEST(ShellWords, GivesUpOnEverythingElse) {
  for (const char* text : {"java $JAVA_OPTS",
                           "java `x`",
                           "java \"$X\"",
                           "java \"`x`\"",
                           "a && b",
                           "a; b",
                           "a | b",
                           "a > b",
                           "a < b",
                           "(a)",
                           "{ a; }",
                           "a *",
                           "a ?",
                           "a [b]",
                           "~/a",
                           "a #b",
                           "!a",
                           "a\nb",
                           "a\rb",
                           "'a",
                           "\"a",
                           "\"a\\",
                           "a\\",
                           "a\\\nb",
                           "\"a\\\nb\""}) {
    EXPECT_EQ(ShellWords(text), std::nullopt) << text;
  }
  EXPECT_NE(ShellWords(std::string(64U << 10U, 'a')), std::nullopt);
  EXPECT_EQ(ShellWords(std::string((64U << 10U) + 1, 'a')), std::nullopt);
}

TEST(IsAssignment, NeedsANameThatAShellTakes) {
  for (const char* good : {"A=", "A=b", "_a1=b=c"}) EXPECT_TRUE(IsAssignment(good)) << good;
  for (const char* bad : {"", "A", "=b", "1A=b", "A-B=c", "-XX:A=b", "a.b=c"}) {
    EXPECT_FALSE(IsAssignment(bad)) << bad;
  }
}

}  // namespace
}  // namespace headroom::heap
