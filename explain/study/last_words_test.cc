#include "explain/study/last_words.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

std::vector<ContainerLine> Said(std::initializer_list<std::string> texts) {
  std::vector<ContainerLine> lines;
  for (const std::string& text : texts) lines.push_back({.stamp = "t", .at = {}, .text = text});
  return lines;
}

TEST(FindLastWords, KnowsTheMessagesOfWellKnownPrograms) {
  for (const char* said :
       {"  what():  std::bad_alloc", "MemoryError",
        "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space",
        "sh: can't fork: Cannot allocate memory",
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "fatal error: runtime: out of memory"}) {
    const auto words = FindLastWords(Said({"begin", said, "end"}));
    ASSERT_TRUE(words) << said;
    EXPECT_EQ(words->text, said);
    EXPECT_TRUE(words->allocation) << said;
  }
  for (const char* said : {"write: No space left on device", "Bus error (core dumped)"}) {
    const auto words = FindLastWords(Said({said}));
    ASSERT_TRUE(words) << said;
    EXPECT_FALSE(words->allocation) << said;
  }
}

TEST(FindLastWords, TakesTheLastAndNothingElse) {
  EXPECT_EQ(FindLastWords(Said({"MemoryError 1", "MemoryError 2", "x"}))->text, "MemoryError 2");
  EXPECT_FALSE(FindLastWords(Said({"memory is fine", "out of memory"})));
  EXPECT_FALSE(FindLastWords({}));
}

TEST(FindLastWords, QuotesWhatFitsAroundTheWords) {
  const std::string far = std::string(500, 'x') + " MemoryError " + std::string(500, 'y');
  const auto words = FindLastWords(Said({far}));
  ASSERT_TRUE(words);
  EXPECT_EQ(words->text.size(), 160U);
  EXPECT_TRUE(words->text.starts_with("MemoryError yyy")) << words->text;
  std::string umlauts = "MemoryError ";
  while (umlauts.size() < 400) umlauts += "\xc3\xbc";
  EXPECT_NE(FindLastWords(Said({umlauts}))->text.back(), '\xc3') << "no half of a letter";
}

}  // namespace
}  // namespace headroom
