#include "supervisor/registry/idle_end.h"

#include <gtest/gtest.h>

#include <climits>
#include <string>

#include "base/testing/temporary_directory.h"
#include "container/enrolment/enrol.h"
#include "container/facts/facts.h"

namespace headroom {
namespace {

class IdleEndTest : public testing::Test {
 protected:
  [[nodiscard]] std::optional<Doorbell> OpenDoorbell() const {
    auto doorbell = Doorbell::Open(*loop_, run_.path(), [] {});
    EXPECT_TRUE(doorbell) << doorbell.error().Message();
    return std::move(*doorbell);
  }
  /// As a hook does: what it has to start it asks afterwards.
  [[nodiscard]] bool EnrolsAndFindsAListener() const {
    Enrolment enrolment;
    enrolment.id = "web";
    enrolment.engine = "runc";
    enrolment.boot_id = "boot-1";
    EXPECT_TRUE(Enrol({.run_dir = run_.path(), .store_dir = run_.path(), .config_dir = run_.path()},
                      enrolment));
    return DoorbellHasListener(run_.path());
  }

  TemporaryDirectory run_;
  RegistryDir registry_{run_.path()};
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
};

TEST_F(IdleEndTest, WhoEnrolledWhileWeListenedIsFoundByTheLastLook) {
  auto doorbell = OpenDoorbell();
  ASSERT_TRUE(EnrolsAndFindsAListener());
  EXPECT_EQ(CloseAndLook(doorbell, registry_), LastLook::kEnrolled);
  doorbell = OpenDoorbell();
  EXPECT_TRUE(DoorbellHasListener(run_.path())) << "it goes on";
}

TEST_F(IdleEndTest, WhoEnrolsAfterTheLastLookFindsNobodyListening) {
  auto doorbell = OpenDoorbell();
  EXPECT_EQ(CloseAndLook(doorbell, registry_), LastLook::kNothing);
  EXPECT_FALSE(EnrolsAndFindsAListener());
  EXPECT_TRUE(IsAnythingEnrolled(registry_)) << "and who gives back the lock finds it";
}

TEST_F(IdleEndTest, WhatCannotBeListedMayBeAnEnrolment) {
  const RegistryDir unreadable(run_.path() + "/" + std::string(NAME_MAX + 1, 'x'));
  EXPECT_TRUE(IsAnythingEnrolled(unreadable));
  std::optional<Doorbell> none;
  EXPECT_EQ(CloseAndLook(none, unreadable), LastLook::kEnrolled);
}

}  // namespace
}  // namespace headroom
