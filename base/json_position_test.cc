#include "base/json_position.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"

namespace headroom {
namespace {

constexpr std::string_view kText = R"({
  // "a": a comment is no key
  "a": [1, {"b": true}, "}]"],
  /* "c": { */ "c" : { "d\u0065": null, "\"q": "x" }
})";

JsonPosition Key(const JsonPath& path) { return FindJsonPosition(kText, path, JsonPlace::kKey); }
JsonPosition Value(const JsonPath& path) {
  return FindJsonPosition(kText, path, JsonPlace::kValue);
}

TEST(JsonPosition, IsThatOfTheKeyOrOfTheValue) {
  EXPECT_EQ(Key({"a"}), (JsonPosition{3, 3}));
  EXPECT_EQ(Value({"a"}), (JsonPosition{3, 8}));
  EXPECT_EQ(Value({"a", 0U}), (JsonPosition{3, 9}));
  EXPECT_EQ(Key({"a", 1U, "b"}), (JsonPosition{3, 13}));
  EXPECT_EQ(Value({"a", 1U, "b"}), (JsonPosition{3, 18}));
  EXPECT_EQ(Value({"a", 2U}), (JsonPosition{3, 25}));
  EXPECT_EQ(Key({"a", 2U}), (JsonPosition{3, 25})) << "an element has no key";
  EXPECT_EQ(Key({"c"}), (JsonPosition{4, 16}));
}

TEST(JsonPosition, ReadsEscapesInKeysAsTheParserDoes) {
  EXPECT_EQ(Key({"c", "de"}), (JsonPosition{4, 24}));
  EXPECT_EQ(Value({"c", "\"q"}), (JsonPosition{4, 48}));
}

TEST(JsonPosition, OfWhatIsNotThereIsTheNearestAround) {
  EXPECT_EQ(Key({"a", 1U, "missing"}), Value({"a", 1U}));
  EXPECT_EQ(Key({"missing", "b"}), (JsonPosition{1, 1}));
  EXPECT_EQ(Key({"a", "b"}), Value({"a"})) << "an array has no keys";
  EXPECT_EQ(FindJsonPosition("", {"a"}, JsonPlace::kKey), (JsonPosition{1, 1}));
}

TEST(JsonPosition, OfARepeatedKeyIsTheLastAsInTheParsedDocument) {
  EXPECT_EQ(FindJsonPosition(R"({"a":1,"a":2})", {"a"}, JsonPlace::kKey), (JsonPosition{1, 8}));
}

TEST(JsonPosition, CountsBytesAndSkipsAByteOrderMark) {
  EXPECT_EQ(FindJsonPosition("\xef\xbb\xbf{\"a\":1}", {"a"}, JsonPlace::kKey),
            (JsonPosition{1, 5}));
  EXPECT_EQ(PositionAt("ab\ncd", 100), (JsonPosition{2, 3}));
  EXPECT_EQ(PositionAt("ab\n", 3), (JsonPosition{2, 1}));
  EXPECT_EQ(ToText(PositionAt("", 0)), "line 1, column 1");
}

/// Every value of the parsed document is found where parsing again from there gives it back.
void ExpectFound(const nlohmann::json& value, const JsonPath& path) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      JsonPath below = path;
      below.emplace_back(key);
      ExpectFound(member, below);
    }
  }
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      JsonPath below = path;
      below.emplace_back(i);
      ExpectFound(value[i], below);
    }
  }
  if (value.is_structured()) return;
  const JsonPosition position = Value(path);
  std::size_t offset = 0;
  for (std::size_t line = 1; line < position.line; ++line) offset = kText.find('\n', offset) + 1;
  EXPECT_TRUE(kText.substr(offset + position.column - 1).starts_with(value.dump())) << value;
}

TEST(JsonPosition, FindsEveryValueOfADocument) {
  ExpectFound(ParseJson(kText, "text").value(), {});
}

TEST(DuplicateKeys, AreFoundInEveryObjectWithBothPlaces) {
  const auto found = FindDuplicateKeys(R"({"a":{"x":1,"y":2,"\u0078":3},"b":[{"x":1}],"a":1})");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].path, (JsonPath{"a", "x"}));
  EXPECT_EQ(found[0].position, (JsonPosition{1, 19}));
  EXPECT_EQ(found[0].first, (JsonPosition{1, 7}));
  EXPECT_EQ(found[1].path, JsonPath{"a"});
  EXPECT_TRUE(FindDuplicateKeys(kText).empty());
}

TEST(DuplicateKeys, WithoutAValueAreNoneAndHarmNothing) {
  for (const char* text :
       {R"({"a":1,"a"} 2)", R"({"a":1,"a","b":2})", R"({"a":1,"a")", R"("a"} 2)"}) {
    EXPECT_TRUE(FindDuplicateKeys(text).empty()) << text;
  }
}

TEST(DuplicateKeys, AreListedUpToABound) {
  std::string text = "{\"a\":0";
  for (int i = 0; i < 1000; ++i) text += ",\"a\":0";
  EXPECT_EQ(FindDuplicateKeys(text + "}").size(), 100U);
}

TEST(JsonDepth, IsBoundedWhereverTheTextIsWalked) {
  const std::string deep = std::string(1'000'000, '[');
  EXPECT_EQ(FindDeeperThan(deep, 64), 64U);
  EXPECT_EQ(FindDeeperThan("[[]]", 2), 4U);
  EXPECT_EQ(FindDeeperThan("[[]]", 1), 1U);
  EXPECT_EQ(FindJsonPosition(deep, {0U, 0U}, JsonPlace::kValue), (JsonPosition{1, 3}));
  EXPECT_TRUE(FindDuplicateKeys(deep).empty());
}

TEST(JsonDepth, TheRefusalSaysWhere) {
  const auto refused = ParseJson("\n " + std::string(65, '['), "f");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what,
            "is nested deeper than the 64 levels that are read, at line 2, column 66");
}

TEST(JsonFaults, HavePositionsThatCountFromOne) {
  const auto broken = ParseJsonText("]");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().position, (JsonPosition{1, 1}));
  EXPECT_EQ(ParseJsonText("{\"a\":\n 1,]").error().position, (JsonPosition{2, 4}));
  EXPECT_EQ(ParseJsonText("{\"a\":1").error().position, (JsonPosition{1, 7})) << "its end";
  EXPECT_EQ(ParseJsonText("").error().position, (JsonPosition{1, 1}));
}

TEST(JsonScanning, EndsOnEveryTruncationAndOnNonsense) {
  for (std::size_t size = 0; size < kText.size(); ++size) {
    const JsonPosition position =
        FindJsonPosition(kText.substr(0, size), {"c", "de"}, JsonPlace::kKey);
    EXPECT_LE(position.line, 4U);
    EXPECT_TRUE(FindDuplicateKeys(kText.substr(0, size)).empty());
  }
  for (const char* nonsense : {"/", "\"", "\"\\", "/*", "{]", "]]", "a:b", "{\"a\"", "\\"}) {
    EXPECT_EQ(FindJsonPosition(nonsense, {"a"}, JsonPlace::kKey).line, 1U) << nonsense;
  }
}

}  // namespace
}  // namespace headroom
