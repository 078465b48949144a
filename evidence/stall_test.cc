#include "evidence/stall.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace headroom {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// As it is read of a file, where a number has no sign unless it is negative.
Result<StallRecord> Read(const json& object) {
  Status status;
  const StallRecord stall = StallFromJson(json::parse(object.dump()), "stall", status);
  if (!status) return std::unexpected(status.error());
  return stall;
}

TEST(StallRecord, IsReadBackAsItWasWritten) {
  for (const auto reason : {StallRecord::Reason::kPressure, StallRecord::Reason::kRereading}) {
    const StallRecord written{.reason = reason,
                              .over = 30s,
                              .stalled = 0.52,
                              .reread = Mebibytes(3),
                              .high = Mebibytes(57)};
    const auto read = Read(StallToJson(written)).value();
    EXPECT_EQ(read.reason, written.reason);
    EXPECT_EQ(read.over, written.over);
    EXPECT_DOUBLE_EQ(read.stalled, written.stalled);
    EXPECT_EQ(read.reread, written.reread);
    EXPECT_EQ(read.high, written.high);
  }
}

TEST(StallRecord, WhatIsNotKnownIsNotZero) {
  EXPECT_FALSE(StallToJson(StallRecord{}).contains("reread"));
  EXPECT_EQ(Read(StallToJson(StallRecord{})).value().reread, std::nullopt);
}

TEST(StallRecord, AShareThatIsNoneIsRefused) {
  for (const json& share : {json(-0.1), json(1.1), json(nullptr), json("half")}) {
    json object = StallToJson(StallRecord{});
    object["stalled"] = share;
    EXPECT_FALSE(Read(object)) << share;
  }
  json object = StallToJson(StallRecord{});
  object["reason"] = "boredom";
  EXPECT_FALSE(Read(object));
}

}  // namespace
}  // namespace headroom
