#include "container/supervision/guardian_socket.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <string>

#include "base/unique_fd.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

class GuardianSocketTest : public testing::Test {
 protected:
  static constexpr pid_t kPid = 4242;
  [[nodiscard]] const std::string& run_dir() const { return host_.path(); }
  [[nodiscard]] bool IsThere() const { return GuardianIsThere(run_dir()); }
  [[nodiscard]] bool HasLost() const { return HasLostItsGuardian(host_.view(), run_dir()); }
  [[nodiscard]] UniqueFd Listen() const {
    UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = GuardianSocketPath(run_dir());
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    EXPECT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(fd.get(), 0), 0);
    return fd;
  }
  /// A headroomd that gives way, by its number in the lock's file.
  void StartHeadroomd() const {
    host_.AddProcess(kPid, "headroomd", 1, 5, "/headroom");
    host_.Write("headroomd.lock", "4242\n");
  }

  FakeHost host_;
};

TEST_F(GuardianSocketTest, NobodyIsThereWithoutASocketOrBehindOneThatWasLeft) {
  EXPECT_FALSE(IsThere());
  {
    const UniqueFd killed = Listen();
  }
  EXPECT_FALSE(IsThere()) << "its file stays";
}

TEST_F(GuardianSocketTest, AGuardianNoticesNothingOfBeingLookedFor) {
  const UniqueFd guardian = Listen();
  for (int times = 0; times < 100; ++times) EXPECT_TRUE(IsThere()) << "with no room for any more";
  pollfd called{.fd = guardian.get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&called, 1, 0), 0);
}

TEST_F(GuardianSocketTest, WhereItCannotBeToldOneIsThere) {
  EXPECT_TRUE(GuardianIsThere(std::string(200, 'x'))) << "no socket has so long a path";
}

TEST_F(GuardianSocketTest, AHeadroomdThatGivesWayHasLostItsGuardianWhereNobodyIsThere) {
  EXPECT_FALSE(HasLost()) << "none runs";
  StartHeadroomd();
  EXPECT_TRUE(HasLost());
  const UniqueFd guardian = Listen();
  EXPECT_FALSE(HasLost());
}

TEST_F(GuardianSocketTest, TheGuardianOfOneThatStaysIsSomebodyElsesAffair) {
  StartHeadroomd();
  host_.Write("headroomd.lock", "");
  EXPECT_FALSE(HasLost());
}

}  // namespace
}  // namespace headroom
