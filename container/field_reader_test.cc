#include "container/field_reader.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

struct Parcel {
  std::uint64_t weight = 0;
  std::vector<Parcel> inside;
};

Parcel ReadParcel(const nlohmann::json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  Parcel parcel;
  parcel.weight = reader.Uint64("weight");
  parcel.inside = RowsOf<Parcel>(reader, "inside", 2, status, ReadParcel);
  return parcel;
}

Parcel ReadLabelled(const nlohmann::json& object, const std::string& where, Status& status) {
  FieldReader(object, where, status).ExpectSchema("parcel/1");
  return ReadParcel(object, where, status);
}

/// The message of the error; empty: it was read.
std::string RefusalOf(std::string_view text) {
  const auto parcel = ParseRecord<Parcel>(text, "parcel.json", ReadLabelled);
  return parcel ? "" : parcel.error().Message();
}

TEST(ParseRecord, ReadsRowsInRows) {
  const auto parcel = ParseRecord<Parcel>(
      R"({"schema":"parcel/1","weight":9,"inside":[{"weight":1,"inside":[{"weight":2}]}]})",
      "parcel.json", ReadLabelled);
  ASSERT_TRUE(parcel) << parcel.error().Message();
  EXPECT_EQ(parcel->weight, 9U);
  EXPECT_EQ(parcel->inside.at(0).inside.at(0).weight, 2U);
}

TEST(ParseRecord, AnotherSchemaIsRefusedWithTheFileAndTheExpectedOne) {
  EXPECT_EQ(RefusalOf(R"({"schema":"parcel/2","weight":9})"),
            "parcel.json: key \"schema\" is not \"parcel/1\"");
}

TEST(ParseRecord, WhatIsNoObjectIsRefused) {
  EXPECT_TRUE(RefusalOf("[]").starts_with("parcel.json")) << RefusalOf("[]");
  EXPECT_TRUE(RefusalOf("{").starts_with("parcel.json")) << RefusalOf("{");
}

TEST(ParseRecord, TheFirstOfSeveralErrorsIsToldWithItsRow) {
  const std::string refusal = RefusalOf(
      R"({"schema":"parcel/1","weight":9,"inside":[{"weight":1},{"weight":"x","inside":7}]})");
  EXPECT_TRUE(refusal.starts_with("parcel.json: inside[1]: key \"weight\" holds a string"))
      << refusal;
}

TEST(RowsOf, MoreThanMayBeAreRefused) {
  EXPECT_EQ(RefusalOf(R"({"schema":"parcel/1","weight":9,"inside":[{},{},{}]})"),
            "parcel.json: key \"inside\" has more than 2 rows");
}

TEST(RowsOf, ARowThatIsNoObjectIsRefused) {
  EXPECT_EQ(RefusalOf(R"({"schema":"parcel/1","weight":9,"inside":[7]})"),
            "parcel.json: key \"inside\" has a row that is not an object");
}

}  // namespace
}  // namespace headroom
