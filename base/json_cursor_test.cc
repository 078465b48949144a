#include "base/json_cursor.h"

#include <gtest/gtest.h>

#include <string>

namespace headroom {
namespace {

/// What lies behind the first value; nullopt-like "none" where there is no whole value.
std::string Behind(std::string_view text) {
  JsonCursor cursor(text);
  return cursor.SkipValue() ? std::string(text.substr(cursor.at())) : "none";
}

TEST(JsonCursor, FindsTheEndOfEveryKindOfValue) {
  EXPECT_EQ(Behind(" \n12.5e3, x"), ", x");
  EXPECT_EQ(Behind("true]"), "]");
  EXPECT_EQ(Behind("null"), "");
  EXPECT_EQ(Behind(R"("a\"b\\" ,)"), " ,");
  EXPECT_EQ(Behind(R"({"a": [1, {"b": "]}"}]} rest)"), " rest");
  EXPECT_EQ(Behind("[]x"), "x");
}

TEST(JsonCursor, AValueThatDoesNotEndIsNone) {
  for (const char* text :
       {"", "  ", ",", "\"abc", "\"abc\\", "\"abc\\\"", "{\"a\": 1", "[[]", "{\""}) {
    EXPECT_EQ(Behind(text), "none") << text;
  }
}

TEST(JsonCursor, EatsOnlyWhatComesNext) {
  JsonCursor cursor(" { }");
  EXPECT_FALSE(cursor.Eat('['));
  EXPECT_TRUE(cursor.Eat('{'));
  EXPECT_FALSE(cursor.SkipString()) << "a blank is no quote";
  EXPECT_TRUE(cursor.Eat('}'));
  EXPECT_TRUE(cursor.AtEnd());
  EXPECT_EQ(cursor.Peek(), '\0');
  EXPECT_FALSE(cursor.Eat('}'));
}

TEST(JsonCursor, DeepNestingCostsNoStack) {
  const std::string deep = std::string(1U << 20U, '[') + std::string(1U << 20U, ']');
  EXPECT_EQ(Behind(deep), "");
}

}  // namespace
}  // namespace headroom
