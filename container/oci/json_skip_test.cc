#include "container/oci/json_skip.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

TEST(WithoutMembers, ReplacesTheNamedValuesAndKeepsTheRestByteForByte) {
  EXPECT_EQ(WithoutMembers(R"( {"a": [1, {"b": "]"}], "b" : {"a": 1},"c":"x"} )", {"a", "c"}),
            R"( {"a": null, "b" : {"a": 1},"c":null} )");
  EXPECT_EQ(WithoutMembers(R"({"l":{"s":{"x":[]},"r":1},"s":2})", {"l/s"}),
            R"({"l":{"s":null,"r":1},"s":2})");
  EXPECT_EQ(WithoutMembers(R"({"l":7,"a":{"l":{"s":1}}})", {"l/s"}),
            R"({"l":7,"a":{"l":{"s":1}}})");
  EXPECT_EQ(WithoutMembers("{}", {"a"}), "{}");
}

TEST(WithoutMembers, IsNotFooledByTextThatLooksLikeStructure) {
  EXPECT_EQ(WithoutMembers(R"({"a":"\"},{\\","b":[ "\\\"]" ],"c":1})", {"b"}),
            R"({"a":"\"},{\\","b":null,"c":1})");
}

TEST(WithoutMembers, LeavesWhatIsNotPlainJsonToTheParser) {
  for (const char* odd :
       {"", "[]", "x", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":\"\\", "{\"a\":[",
        "{\"a\":1} x", "{a:1}", "{\"a\" 1}", "{/* c */\"a\":1}"}) {
    EXPECT_EQ(WithoutMembers(odd, {"a"}), odd);
  }
}

TEST(WithoutMembers, GivesWhatDeletingFromTheDocumentGives) {
  const std::string text =
      R"({"process":{"args":["{\"}"]},"root":{"path":"r"},"linux":{"seccomp":{"a":[{"b":"}"}]},)"
      R"("resources":{"memory":{"limit":-1.5e3}}},"hooks":null,"n":[true,false,null]})";
  auto expected = nlohmann::json::parse(text);
  expected["process"] = nullptr;
  expected["linux"]["seccomp"] = nullptr;
  EXPECT_EQ(nlohmann::json::parse(WithoutMembers(text, {"process", "linux/seccomp", "hooks"})),
            expected);
}

}  // namespace
}  // namespace headroom
