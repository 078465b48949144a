#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "base/json.h"

namespace headroom {
namespace {

using nlohmann::json;

void Write(JsonWriter& writer, const json& value) {
  switch (value.type()) {
    case json::value_t::object:
      writer.BeginObject();
      for (const auto& [key, member] : value.items()) {
        writer.Key(key);
        Write(writer, member);
      }
      return writer.EndObject();
    case json::value_t::array:
      writer.BeginArray();
      for (const json& element : value) Write(writer, element);
      return writer.EndArray();
    case json::value_t::string:
      return writer.String(value.get_ref<const std::string&>());
    case json::value_t::boolean:
      return writer.Bool(value.get<bool>());
    case json::value_t::number_integer:
      return writer.Number(value.get<std::int64_t>());
    case json::value_t::number_unsigned:
      return writer.Number(value.get<std::uint64_t>());
    default:
      return writer.Null();
  }
}

std::string Written(const json& value, JsonLayout layout) {
  JsonWriter writer(layout);
  Write(writer, value);
  return std::move(writer).Finish();
}

void ExpectAsTheLibraryWritesIt(const json& value) {
  EXPECT_EQ(Written(value, JsonLayout::kIndented), DumpJson(value));
  EXPECT_EQ(Written(value, JsonLayout::kLine), DumpJsonLine(value));
}

/// Any bytes, with those more often that begin or go on with a sequence of UTF-8.
std::string RandomBytes(std::mt19937& random) {
  static constexpr std::string_view kTelling =
      "\x80\x8f\x90\x9f\xa0\xbf\xc1\xc2\xdf\xe0\xe1\xed\xef\xf0\xf1\xf4\xf5\xff\"\\\n";
  std::string bytes(random() % 12, '\0');
  for (char& byte : bytes) {
    byte = random() % 4 == 0 ? static_cast<char>(random()) : kTelling[random() % kTelling.size()];
  }
  return bytes;
}

json RandomValue(std::mt19937& random, int depth) {
  json value;
  switch (random() % (depth < 4 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(random()) - INT64_C(0x80000000);
    case 3:
      return (std::uint64_t{random()} << 32U) | random();
    case 4:
      return RandomBytes(random);
    case 5:
      value = json::array();
      for (auto rows = random() % 4; rows > 0; --rows) {
        value.push_back(RandomValue(random, depth + 1));
      }
      return value;
    default:
      value = json::object();
      for (auto members = random() % 4; members > 0; --members) {
        value["key" + std::to_string(random() % 9)] = RandomValue(random, depth + 1);
      }
      return value;
  }
}

TEST(JsonWriter, WritesWhateverTheLibraryWouldWrite) {
  std::mt19937 random(20261125);
  for (int round = 0; round < 5000; ++round) ExpectAsTheLibraryWritesIt(RandomValue(random, 0));
}

TEST(JsonWriter, EscapesEveryByteAsTheLibraryDoes) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const char* after : {"", "\x80", "\xa0\x80", "\x90\x80\x80", "x"}) {
      ExpectAsTheLibraryWritesIt(std::string(1, static_cast<char>(byte)) + after);
    }
  }
}

TEST(JsonWriter, WritesTheSmallestAndTheLargestNumbers) {
  ExpectAsTheLibraryWritesIt({std::numeric_limits<std::int64_t>::min(),
                              std::numeric_limits<std::int64_t>::max(), 0, -1,
                              std::numeric_limits<std::uint64_t>::max()});
}

TEST(JsonWriter, WritesNothingIntoWhatIsEmpty) {
  ExpectAsTheLibraryWritesIt(json::object());
  ExpectAsTheLibraryWritesIt({{"a", json::array()}, {"b", {json::object(), json::array()}}});
}

TEST(JsonWriter, KeepsAPartOnOneLineAndThenGoesOnIndented) {
  JsonWriter writer(JsonLayout::kIndented);
  writer.BeginObject();
  writer.Key("rows");
  writer.BeginArray();
  for (const int row : {1, 2}) {
    writer.BeginObject(JsonLayout::kLine);
    writer.Key("row");
    writer.BeginArray(JsonLayout::kLine);
    writer.Number(row);
    writer.EndArray();
    writer.EndObject();
  }
  writer.EndArray();
  writer.Key("facts");
  writer.Json(R"({"a":1})");
  writer.EndObject();
  EXPECT_EQ(std::move(writer).Finish(),
            "{\n  \"rows\": [\n    {\"row\":[1]},\n    {\"row\":[2]}\n  ],\n"
            "  \"facts\": {\"a\":1}\n}\n");
}

}  // namespace
}  // namespace headroom
