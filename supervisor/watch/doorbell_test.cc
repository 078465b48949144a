#include "supervisor/watch/doorbell.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/testing/temporary_directory.h"
#include "container/enrolment/registry_dir.h"

namespace headroom {
namespace {

class DoorbellTest : public testing::Test {
 protected:
  DoorbellTest() : loop_(EventLoop::Create().value()) {}

  TemporaryDirectory run_;
  std::unique_ptr<EventLoop> loop_;
  int rung_ = 0;
};

TEST_F(DoorbellTest, TellsOfWhomTheLoopHasNotComeToYet) {
  const auto doorbell = Doorbell::Open(*loop_, run_.path(), [this] {
    ++rung_;
    loop_->Stop();
  });
  ASSERT_TRUE(doorbell) << doorbell.error().Message();
  EXPECT_FALSE(doorbell->HasRung());
  ASSERT_TRUE(RingDoorbell(run_.path()));
  ASSERT_TRUE(RingDoorbell(run_.path()));
  EXPECT_TRUE(doorbell->HasRung());
  EXPECT_TRUE(doorbell->HasRung()) << "looking takes nothing away";
  ASSERT_TRUE(loop_->Run());
  EXPECT_EQ(rung_, 1) << "once for all that have rung";
  EXPECT_FALSE(doorbell->HasRung());
}

TEST_F(DoorbellTest, IsItsOwnersAlone) {
  const mode_t mask = umask(0);
  const auto doorbell = Doorbell::Open(*loop_, run_.path(), [] {});
  (void)umask(mask);
  ASSERT_TRUE(doorbell) << doorbell.error().Message();
  struct stat info{};
  ASSERT_EQ(stat((run_.path() + "/doorbell").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(DoorbellTest, NobodyIsToldWhereThereIsNone) { EXPECT_FALSE(RingDoorbell(run_.path())); }

}  // namespace
}  // namespace headroom
