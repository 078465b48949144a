#include "evidence/denial.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"
#include "evidence/bundle_container.h"
#include "evidence/store.h"

namespace headroom {
namespace {

TEST(PublishDenial, WhateverItsOwnerChoseCanBeReadAgain) {
  const TemporaryDirectory store;
  Enrolment enrolment;
  enrolment.id = "web";
  enrolment.engine = "runc";
  enrolment.boot_id = "boot";
  enrolment.enrolled_wall = WallTime(std::chrono::hours(24 * 365 * 50));
  enrolment.image = std::string(2U << 20U, 'x');
  enrolment.findings = {
      {.rule = "memory-max-required", .action = "deny", .fact = "f", .advice = "a"}};
  ASSERT_TRUE(PublishDenial(store.path(), enrolment));
  const auto bundles = Store(store.path()).List();
  ASSERT_TRUE(bundles && bundles->size() == 1);
  const auto container = ContainerOf(bundles->front());
  ASSERT_TRUE(container);
  EXPECT_EQ(container->findings.size(), 1U);
}

}  // namespace
}  // namespace headroom
