#include "kernel/pressure/pressure.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

constexpr const char* kText =
    "some avg10=0.22 avg60=12.17 avg300=100.00 total=58761459\n"
    "full avg10=0.00 avg60=0.13 avg300=0.96 total=57422\n";

TEST(Pressure, ReadsBothLines) {
  const auto pressure = ParsePressure(kText).value();
  EXPECT_DOUBLE_EQ(pressure.some->avg10, 0.22);
  EXPECT_DOUBLE_EQ(pressure.some->avg60, 12.17);
  EXPECT_DOUBLE_EQ(pressure.some->avg300, 100);
  EXPECT_EQ(pressure.some->total, std::chrono::microseconds(58761459));
  EXPECT_DOUBLE_EQ(pressure.full->avg300, 0.96);
}

TEST(Pressure, AMissingLineIsAbsent) {
  const auto pressure = ParsePressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n").value();
  EXPECT_TRUE(pressure.some.has_value());
  EXPECT_EQ(pressure.full, std::nullopt);
}

TEST(Pressure, SkipsWhatNewerKernelsMayAdd) {
  const auto pressure = ParsePressure(
      "most avg10=x\nfull avg5=0.00 avg10=0.01 avg60=0.00 avg300=0.00 total=0 new=1\n");
  EXPECT_DOUBLE_EQ(pressure.value().full->avg10, 0.01);
}

TEST(Pressure, RefusesWhatIsCutOrBroken) {
  for (const char* bad :
       {"", "\n", "most x\n", "some\n", "some avg10=0.00 avg60=0.00 avg300=0.00\n",
        "some avg10=0.0 avg60=0.00 avg300=0.00 total=0\n",
        "some avg10=nan avg60=0.00 avg300=0.00 total=0\n",
        "some avg10=101.00 avg60=0.00 avg300=0.00 total=0\n",
        "some avg10=-1.00 avg60=0.00 avg300=0.00 total=0\n",
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=9223372036854775808\n"}) {
    EXPECT_EQ(ParsePressure(bad).error().code, ErrorCode::kMalformed) << bad;
  }
  const std::string twice = std::string(kText) + kText;
  EXPECT_EQ(ParsePressure(twice).error().where, "pressure:3");
}

class PressureTest : public testing::Test {
 protected:
  PressureTest() { tree_.Write("a/cgroup.controllers", "memory\n"); }
  [[nodiscard]] CgroupDir Open() const {
    return CgroupDir::Open({.proc = "", .cgroup_root = tree_.path()}, "/a").value();
  }
  TemporaryDirectory tree_;
};

TEST_F(PressureTest, WithoutPsiThereIsNone) {
  EXPECT_EQ(ReadMemoryPressure(Open()).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(
      OpenMemoryPressureTrigger(Open(), std::chrono::milliseconds(150), std::chrono::seconds(2))
          .error()
          .code,
      ErrorCode::kNotFound);
}

TEST_F(PressureTest, IsReadFromItsCgroup) {
  tree_.Write("a/memory.pressure", kText);
  EXPECT_EQ(ReadMemoryPressure(Open()).value().full->total, std::chrono::microseconds(57422));
}

TEST_F(PressureTest, WritesTheTriggerInMicrosecondsWithItsEnd) {
  tree_.Write("a/memory.pressure", "");
  const auto trigger =
      OpenMemoryPressureTrigger(Open(), std::chrono::milliseconds(150), std::chrono::seconds(2));
  ASSERT_TRUE(trigger.has_value()) << trigger.error().Message();
  const auto written = ReadFileAt(tree_.fd(), "a/memory.pressure", 100).value();
  EXPECT_EQ(written, std::string("some 150000 2000000\0", 20));
}

}  // namespace
}  // namespace headroom
