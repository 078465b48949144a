#include "base/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

TEST(ParseJson, NamesLineAndColumnOfAFault) {
  const auto broken = ParseJson("{\n  \"a\": tru\n}", "policy.json");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().where, "policy.json");
  EXPECT_NE(broken.error().what.find("line 2"), std::string::npos) << broken.error().what;
}

TEST(ParseJson, AllowsComments) { EXPECT_TRUE(ParseJson("{ // why\n \"a\": 1 /* so */ }", "f")); }

TEST(ParseJson, RefusesDeepNestingWithoutUsingTheStack) {
  const auto refused = ParseJson(std::string(10'000'000, '['), "f");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("nested"), std::string::npos);
}

TEST(ParseJson, RefusesTheFirstLevelTooDeepAndNoOther) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(ParseJson(nested(64), "f"));
  EXPECT_FALSE(ParseJson(nested(65), "f"));
  std::string many = "[";
  for (int i = 0; i < 100; ++i) many += nested(60) + ",";
  EXPECT_TRUE(ParseJson(many + "1]", "f"));
}

TEST(ParseJson, BracketsInStringsAndCommentsNestNothing) {
  const std::string open(200, '{');
  EXPECT_TRUE(ParseJson("[\"" + open + "\", \"\\\"" + open + "\", \"\\\\\"]", "f"));
  EXPECT_TRUE(ParseJson("[1 /*" + open + "*/, // " + open + "\n 2]", "f"));
}

TEST(ParseJson, NothingHidesNestingFromTheCheck) {
  const std::string open(200, '[');
  for (const std::string& before :
       {std::string("[\"\\\\\","), std::string("[/*/ */"), std::string("[// x\r"),
        std::string("[// x\0", 6), std::string("[\"//\","), std::string("[/**/")}) {
    const auto refused = ParseJson(std::string(before).append(open), "f");
    ASSERT_FALSE(refused) << before;
    EXPECT_NE(refused.error().what.find("nested"), std::string::npos) << before;
  }
}

TEST(ParseJson, RefusesAnEmptyTextAndTrailingText) {
  EXPECT_FALSE(ParseJson("", "f"));
  EXPECT_FALSE(ParseJson("{} x", "f"));
}

TEST(ParseJson, ANulDoesNotEndTheTextUnseen) {
  for (const std::string_view text : {std::string_view("{}\0{\"hidden\":1}", 15),
                                      std::string_view("{}\0", 3), std::string_view("1 \0\0", 4)}) {
    const auto refused = ParseJson(text, "f");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().Message(),
              "f: is not valid JSON at line 1, column 3: a NUL byte, which JSON never has");
  }
}

TEST(ParseJsonObject, RefusesAnotherKindOfDocument) {
  EXPECT_FALSE(ParseJsonObject("[1]", "f"));
  EXPECT_TRUE(ParseJsonObject("{}", "f"));
}

TEST(JsonMembers, AbsentAndNullAreNotValues) {
  const auto object = ParseJson(R"({"n":null,"s":"x","u":5,"i":-5,"d":0.5,"b":true})", "f").value();
  EXPECT_EQ(OptionalString(object, "missing", "f").value(), std::nullopt);
  EXPECT_EQ(OptionalString(object, "n", "f").value(), std::nullopt);
  EXPECT_EQ(OptionalString(object, "s", "f").value(), "x");
  EXPECT_EQ(OptionalUint64(object, "u", "f").value(), 5U);
  EXPECT_EQ(OptionalInt64(object, "i", "f").value(), -5);
  EXPECT_EQ(OptionalDouble(object, "d", "f").value(), 0.5);
  EXPECT_EQ(OptionalBool(object, "b", "f").value(), true);
  EXPECT_FALSE(RequiredString(object, "missing", "f"));
}

TEST(JsonMembers, AWrongTypeIsNamedWithItsKey) {
  const auto object = ParseJson(R"({"pid":-1,"id":7})", "state").value();
  const auto pid = OptionalUint64(object, "pid", "state");
  ASSERT_FALSE(pid);
  EXPECT_EQ(pid.error().Message(),
            "state: key \"pid\" holds a number, expected a whole number that is not negative");
  EXPECT_FALSE(RequiredString(object, "id", "state"));
}

TEST(DumpJson, NeverThrowsOnBytesThatAreNotUtf8) {
  EXPECT_NO_THROW((void)DumpJson(nlohmann::json{{"comm", "\xff\xfe"}}));
}

}  // namespace
}  // namespace headroom
