#include "container/enrolment/fit_enrolment.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

Enrolment Example() {
  Enrolment enrolment;
  enrolment.id = "web";
  enrolment.engine = "runc";
  enrolment.name = "shop";
  enrolment.boot_id = "boot";
  enrolment.init = {.pid = FakeHost::kInit, .start_ticks = 7};
  enrolment.cgroup.path = "/a";
  enrolment.cgroup.inode = 5;
  enrolment.policy = DecisionRecord{.mode = "tripwire", .facts = R"({"id":"web"})"};
  enrolment.findings = {{.rule = "swap-bounded", .action = "warn", .fact = "f", .advice = "a"}};
  return enrolment;
}

std::vector<CgroupBaseline> Levels(std::size_t count) {
  std::vector<CgroupBaseline> levels(count);
  for (std::size_t i = 0; i < count; ++i) {
    levels[i].path = fmt::format("/{}", count - i);
    levels[i].inode = i + 1;
  }
  return levels;
}

/// As whoever reads the registry has it.
Enrolment ReadBack(const Enrolment& enrolment) {
  const auto text = SerializeToFit(enrolment);
  EXPECT_TRUE(text) << text.error().Message();
  if (!text) return {};
  EXPECT_LE(text->size(), kMaxEnrolmentBytes);
  const auto read = ParseEnrolment(*text, "enrolment.json");
  EXPECT_TRUE(read) << read.error().Message();
  return read.value_or(Enrolment{});
}

TEST(SerializeToFit, WhatFitsIsWrittenAsItIs) {
  Enrolment enrolment = Example();
  enrolment.ancestors = Levels(kMaxEnrolmentRows);
  EXPECT_EQ(SerializeToFit(enrolment), SerializeEnrolment(enrolment));
}

TEST(SerializeToFit, OfMoreLevelsThanAreReadTheNearestStay) {
  Enrolment enrolment = Example();
  enrolment.ancestors = Levels(300);
  const Enrolment read = ReadBack(enrolment);
  ASSERT_EQ(read.ancestors.size(), kMaxEnrolmentRows);
  EXPECT_EQ(read.ancestors.front().path, "/300");
  EXPECT_EQ(read.ancestors.back().path, "/45");
  EXPECT_TRUE(read.policy) << "the rest need not go for it";
}

TEST(SerializeToFit, OfMoreLevelsThanAreReadTheLimitsStay) {
  Enrolment enrolment = Example();
  enrolment.ancestors = Levels(300);
  enrolment.ancestors[299].limits.max = Limit(Mebibytes(64));
  enrolment.ancestors[298].limits.max = Limit::Unlimited();
  const Enrolment read = ReadBack(enrolment);
  ASSERT_EQ(read.ancestors.size(), kMaxEnrolmentRows);
  EXPECT_EQ(read.ancestors.back().path, "/1");
  EXPECT_EQ(read.ancestors[kMaxEnrolmentRows - 2].path, "/46") << "in their order";
  EXPECT_EQ(read.EffectiveLimit(), Limit(Mebibytes(64)));
}

TEST(SerializeToFit, MoreChangedSettingsThanAreReadAreCut) {
  Enrolment enrolment = Example();
  enrolment.findings[0].fixes.resize(300);
  EXPECT_EQ(ReadBack(enrolment).findings[0].fixes.size(), kMaxEnrolmentRows);
}

TEST(SerializeToFit, FactsGoBeforeAnythingElse) {
  Enrolment enrolment = Example();
  enrolment.policy->facts = fmt::format(R"({{"label_keys":["{}"]}})", std::string(2U << 20U, 'x'));
  const Enrolment read = ReadBack(enrolment);
  ASSERT_TRUE(read.policy);
  EXPECT_EQ(read.policy->facts, "");
  EXPECT_EQ(read.findings.size(), 1U);
}

TEST(SerializeToFit, ANameThatNoEngineTakesGoesAndAnyOtherStays) {
  Enrolment enrolment = Example();
  enrolment.image = std::string(2U << 20U, 'x');
  const Enrolment read = ReadBack(enrolment);
  EXPECT_EQ(read.image, "");
  EXPECT_EQ(read.name, "shop");
  ASSERT_EQ(read.findings.size(), 1U);
}

TEST(SerializeToFit, AContainerIsWatchedWhateverIsFoundAboutIt) {
  Enrolment enrolment = Example();
  enrolment.findings[0].fact = std::string(1U << 20U, '\x7f');
  enrolment.findings[0].fix_outcome = std::string(1U << 20U, 'x');
  enrolment.policy->settings = {{.name = "n", .value = std::string(1U << 20U, 'x'), .origin = ""}};
  enrolment.ancestors = Levels(2);
  const Enrolment read = ReadBack(enrolment);
  EXPECT_EQ(read.id, "web");
  EXPECT_EQ(read.ancestors.size(), 2U);
}

/// As deep as a path goes, of names that grow eightfold.
TEST(SerializeToFit, LevelsOfLongNamesGoLast) {
  Enrolment enrolment = Example();
  enrolment.ancestors = Levels(256);
  for (std::size_t i = 0; i < 256; ++i) {
    enrolment.ancestors[i].path = "/" + std::string(16 * (256 - i) - 1, '\x7f');
  }
  const Enrolment read = ReadBack(enrolment);
  ASSERT_EQ(read.ancestors.size(), 16U);
  EXPECT_EQ(read.ancestors[0].path, enrolment.ancestors[0].path);
}

TEST(SerializeToFit, WhatCannotBeWatchedWithoutIsRefused) {
  Enrolment enrolment = Example();
  enrolment.bundle_dir = "/" + std::string(1U << 20U, 'x');
  const auto text = SerializeToFit(enrolment);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace headroom
