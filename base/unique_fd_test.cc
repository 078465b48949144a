#include "base/unique_fd.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace headroom {
namespace {

bool IsOpen(int fd) { return fcntl(fd, F_GETFD) >= 0; }

TEST(UniqueFd, ClosesWhatItHeldWhenItIsGivenAnother) {
  UniqueFd first(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int old = first.get();
  first = UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(IsOpen(old));
  EXPECT_TRUE(IsOpen(first.get()));
}

TEST(UniqueFd, SurvivesMovingOntoItself) {
  UniqueFd fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
  UniqueFd& same = fd;
  fd = std::move(same);
  EXPECT_TRUE(IsOpen(fd.get()));
}

TEST(UniqueFd, LeavesErrnoAsItWas) {
  UniqueFd fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
  errno = EXDEV;
  fd.Reset();
  EXPECT_EQ(errno, EXDEV);
}

}  // namespace
}  // namespace headroom
