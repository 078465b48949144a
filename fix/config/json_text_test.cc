#include "fix/config/json_text.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

JsonText Parsed(std::string_view text) {
  auto parsed = JsonText::Parse(text, "config.json");
  EXPECT_TRUE(parsed) << parsed.error().Message();
  return std::move(*parsed);
}

std::string After(std::string_view text, const MemberPath& path, std::string_view value) {
  JsonText json = Parsed(text);
  const Status set = json.Set(path, value);
  return set ? json.text() : "error: " + set.error().Message();
}

TEST(JsonText, FindsTheTextOfAValue) {
  const JsonText json = Parsed(R"( {"a" : {"b":[1.50e1, {"c":"x\"}"}]}, "n":null} )");
  EXPECT_EQ(json.Find({"a", "b", "0"}).value(), "1.50e1");
  EXPECT_EQ(json.Find({"a", "b", "1", "c"}).value(), R"("x\"}")");
  EXPECT_EQ(json.Find({"a", "b", "2"}).value(), std::nullopt);
  EXPECT_EQ(json.Find({"n"}).value(), std::nullopt) << "null is absent";
  EXPECT_EQ(json.Find({"n", "x"}).value(), std::nullopt);
  EXPECT_EQ(json.Rows({"a", "b"}).value(), 2U);
  EXPECT_EQ(json.Rows({"z"}).value(), 0U);
  EXPECT_FALSE(json.Rows({"a"}));
}

TEST(JsonText, ReplacesOneValueAndKeepsEveryOtherByte) {
  EXPECT_EQ(After("{ \"z\":1.0 ,\n\t\"a\" :{\"b\" : 17 }\r\n}\n", {"a", "b"}, "9"),
            "{ \"z\":1.0 ,\n\t\"a\" :{\"b\" : 9 }\r\n}\n");
}

TEST(JsonText, AddsAMemberAsTheOthersAreSetOut) {
  EXPECT_EQ(After("{\n  \"a\": 1\n}\n", {"b"}, "2"), "{\n  \"a\": 1,\n  \"b\": 2\n}\n");
  EXPECT_EQ(After(R"({"a":1})", {"b"}, "2"), R"({"a":1,"b": 2})");
  EXPECT_EQ(After("{ }", {"b"}, "2"), R"({"b": 2 })");
}

TEST(JsonText, MakesTheObjectsThatAreMissingOnTheWay) {
  EXPECT_EQ(After(R"({"a":{}})", {"a", "b", "c"}, "2"), R"({"a":{"b": {"c": 2}}})");
  EXPECT_EQ(After(R"({"a":null})", {"a", "b", "c"}, "2"), R"({"a":{"b": {"c": 2}}})");
  EXPECT_EQ(After(R"({"a":null})", {"a"}, "2"), R"({"a":2})");
}

TEST(JsonText, AppendsRows) {
  for (const auto& [before, after] :
       {std::pair{R"({"a":[]})", R"({"a":[7]})"}, std::pair{R"({"a":[1, 2]})", R"({"a":[1, 2,7]})"},
        std::pair{R"({"a":null})", R"({"a":[7]})"}, std::pair{R"({})", R"({"a": [7]})"},
        std::pair{"{\"a\":[\n 1\n]}", "{\"a\":[\n 1,\n 7\n]}"}}) {
    JsonText json = Parsed(before);
    EXPECT_TRUE(json.Append({"a"}, "7"));
    EXPECT_EQ(json.text(), after);
  }
  JsonText json = Parsed(R"({"a":{}})");
  EXPECT_FALSE(json.Append({"a"}, "7"));
}

TEST(JsonText, RefusesWhatHasNoPlace) {
  EXPECT_TRUE(After(R"({"a":1})", {"a", "b"}, "2").starts_with("error: "));
  EXPECT_TRUE(After(R"({"a":[1]})", {"a", "1"}, "2").starts_with("error: "));
  EXPECT_TRUE(After(R"({"a":[1]})", {"a", "x"}, "2").starts_with("error: "));
  EXPECT_FALSE(Parsed(R"({"a":1})").Find({"a", "b"}));
}

TEST(JsonText, RefusesAKeyThatStandsTwiceOrInAnotherCase) {
  for (const char* text : {R"({"a":1,"a":2})", R"({"A":1})", R"({"a":1,"\u0041":2})"}) {
    EXPECT_FALSE(Parsed(text).Find({"a"})) << text;
    EXPECT_TRUE(After(text, {"a"}, "3").starts_with("error: ")) << text;
  }
  EXPECT_EQ(After(R"({"\u0061":1})", {"a"}, "3"), R"({"\u0061":3})") << "an escaped key is the key";
  EXPECT_EQ(After(R"({"b":1,"b":2,"a":1})", {"a"}, "3"), R"({"b":1,"b":2,"a":3})")
      << "elsewhere it is no concern of ours";
}

TEST(JsonText, TakesNothingButOneJsonObject) {
  for (const char* text : {"", "[]", "7", "{", "{} x", "{\"a\":1,}", "{/* no */}", "{}\n//x",
                           "\xef\xbb\xbf{}", "{\"a\":\"\xff\"}"}) {
    const auto parsed = JsonText::Parse(text, "config.json");
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed);
    EXPECT_NE(parsed.error().Message().find("config.json"), std::string::npos);
  }
}

TEST(JsonText, SaysWhereTheTextIsNoJson) {
  const auto message = [](std::string_view text) {
    const auto parsed = JsonText::Parse(text, "daemon.json");
    return parsed ? "parsed" : parsed.error().Message();
  };
  EXPECT_NE(message("{\n  \"a\": \"// no\" // yes\n}").find("line 2, column 16"), std::string::npos)
      << message("{\n  \"a\": \"// no\" // yes\n}");
  EXPECT_NE(message("{\n  \"a\": 1 /* yes */}").find("comment at line 2, column 10"),
            std::string::npos);
  EXPECT_NE(message("\xef\xbb\xbf{}").find("byte order mark at line 1"), std::string::npos);
  EXPECT_NE(message("{\r\n\t\"a\" 1}").find("line 2, column 6"), std::string::npos)
      << message("{\r\n\t\"a\" 1}");
  EXPECT_NE(After("{\"a\":1,\n\"a\":2}", {"a"}, "3").find("line 2, column 1"), std::string::npos);
}

TEST(JsonText, RemovesAMemberOrARowWithItsComma) {
  const auto without = [](std::string_view text, const MemberPath& path) {
    JsonText json = Parsed(text);
    const Status removed = json.Remove(path);
    return removed ? json.text() : "error: " + removed.error().Message();
  };
  EXPECT_EQ(without(R"({"a":1})", {"a"}), "{}");
  EXPECT_EQ(without("{ \"a\" : 1 }", {"a"}), "{  }");
  EXPECT_EQ(without(R"({"a":1, "b":2,"c":3})", {"a"}), R"({"b":2,"c":3})");
  EXPECT_EQ(without(R"({"a":1, "b":2,"c":3})", {"b"}), R"({"a":1,"c":3})");
  EXPECT_EQ(without("{\"a\":1,\n \"c\":3\n}", {"c"}), "{\"a\":1\n}");
  EXPECT_EQ(without(R"({"a":[1, 2,{"x":3}]})", {"a", "2"}), R"({"a":[1, 2]})");
  EXPECT_EQ(without(R"({"a":[1]})", {"a", "0"}), R"({"a":[]})");
  EXPECT_EQ(without(R"({"a":null})", {"a"}), "{}");
  for (const MemberPath& path : {MemberPath{"b"}, MemberPath{"a", "x"}, MemberPath{"b", "x"}}) {
    EXPECT_EQ(without(R"({"a":1})", path), R"({"a":1})") << "what is not there stays so";
  }
  EXPECT_TRUE(without(R"({"a":1,"A":2})", {"a"}).starts_with("error: "));
}

TEST(JsonText, WhatWasAddedIsGoneToTheByteWhenItIsRemoved) {
  for (const char* text : {"{}", "{ }", "{\n}\n", R"({"a":1})", "{\n\t\"a\" : 1 \r\n}",
                           R"({"o":{"x":[1]}})", " {\"a\":{} }\n\n"}) {
    JsonText json = Parsed(text);
    ASSERT_TRUE(json.Set({"new"}, "[1, 2]")) << text;
    ASSERT_TRUE(json.Remove({"new"})) << text;
    EXPECT_EQ(json.text(), text);
  }
}

TEST(JsonText, StringsGoInAndComeOut) {
  EXPECT_EQ(JsonString(R"("a\u00e4\n")"), "a\u00e4\n");
  EXPECT_EQ(JsonString(R"("")"), "");
  EXPECT_EQ(JsonString("7"), std::nullopt);
  EXPECT_EQ(QuotedJson("a\"b"), R"("a\"b")");
}

}  // namespace
}  // namespace headroom
