#include "policy/parse/value.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

using nlohmann::json;
using Kind = ParameterSpec::Kind;

TEST(ParseAmount, TakesBinaryUnits) {
  EXPECT_EQ(ParseAmount("4096"), Bytes{4096});
  EXPECT_EQ(ParseAmount("4096B"), Bytes{4096});
  EXPECT_EQ(ParseAmount("64k"), Kibibytes(64));
  EXPECT_EQ(ParseAmount("512M"), Mebibytes(512));
  EXPECT_EQ(ParseAmount("512MiB"), Mebibytes(512));
  EXPECT_EQ(ParseAmount("1g"), Mebibytes(1024));
  EXPECT_EQ(ParseAmount("1T"), Mebibytes(1U << 20U));
  for (const char* bad : {"", "0", "0M", "M", "-1", "1.5G", "1 M", "1X", "1Mb", "1MiBs",
                          "18446744073709551615k", "99999999999999999999"}) {
    EXPECT_EQ(ParseAmount(bad), std::nullopt) << bad;
  }
}

TEST(ParameterValues, AreReadByTheirKindAndNothingElseIs) {
  struct Case {
    Kind kind;
    std::vector<std::pair<const char*, ParameterValue>> good;
    std::vector<const char*> bad;
  };
  const Case cases[] = {
      {Kind::kSwitch, {{"true", true}, {"false", false}}, {"0", "1", "\"true\"", "[]"}},
      {Kind::kShare,
       {{"1", 1.0}, {"0.25", 0.25}, {"5e-324", 5e-324}},
       {"0", "-0.5", "1.0000001", "\"0.5\"", "true"}},
      {Kind::kBytes,
       {{"1", Bytes{1}}, {"\"64k\"", Kibibytes(64)}, {"18446744073709551615", Bytes{UINT64_MAX}}},
       {"0", "-1", "1.5", "\"unlimited\"", "\"0\"", "{}", "1e99"}},
      {Kind::kLimit,
       {{"0", Limit(Bytes{0})},
        {"\"0\"", Limit(Bytes{0})},
        {"\"1M\"", Limit(Mebibytes(1))},
        {"\"unlimited\"", Limit::Unlimited()}},
       {"-1", "\"max\"", "\"\"", "0.5", "false"}},
      {Kind::kCount, {{"1", Count{1}}, {"4096", Count{4096}}}, {"0", "-1", "1.0", "\"1\""}},
      {Kind::kOomScoreAdj,
       {{"-1000", OomScoreAdj{-1000}}, {"0", OomScoreAdj{0}}, {"1000", OomScoreAdj{1000}}},
       {"-1001", "1001", "0.5", "\"0\"", "18446744073709551615", "-9223372036854775808"}},
  };
  for (const Case& c : cases) {
    for (const auto& [text, value] : c.good) {
      EXPECT_EQ(ReadParameterValue(c.kind, json::parse(text)), value) << text;
      EXPECT_EQ(ReadParameterValue(c.kind, ParameterToJson(value)), value) << "round trip " << text;
    }
    for (const char* text : c.bad) {
      EXPECT_EQ(ReadParameterValue(c.kind, json::parse(text)), std::nullopt)
          << text << ", which " << Expectation(c.kind);
    }
  }
}

TEST(ParameterValues, AreSaidToPeopleInTheirUnits) {
  EXPECT_EQ(ParameterToText(true), "true");
  EXPECT_EQ(ParameterToText(0.25), "0.25");
  EXPECT_EQ(ParameterToText(Mebibytes(64)), "64 MiB");
  EXPECT_EQ(ParameterToText(Limit::Unlimited()), "no limit");
  EXPECT_EQ(ParameterToText(Count{4096}), "4096");
  EXPECT_EQ(ParameterToText(OomScoreAdj{-999}), "-999");
}

}  // namespace
}  // namespace headroom
