#include "supervisor/guardian/server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

/// A guardian in a process of its own, since it owns its signals; ended with this object.
class GuardianProcess {
 public:
  explicit GuardianProcess(std::string path) : path_(std::move(path)), child_(fork()) {
    if (child_ != 0) return;
    auto server = GuardianServer::Listen(path_);
    _exit(server && server->Run() ? 0 : 1);
  }
  ~GuardianProcess() {
    (void)kill(child_, SIGKILL);
    (void)waitpid(child_, nullptr, 0);
  }
  [[nodiscard]] UniqueFd Connect() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path_.begin(), path_.end(), std::begin(address.sun_path));
    for (;;) {
      UniqueFd fd(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
      const auto* name = reinterpret_cast<const sockaddr*>(&address);
      if (connect(fd.get(), name, sizeof address) == 0) return fd;
      if (waitpid(child_, nullptr, WNOHANG) != 0) return {};  // it could not even listen
    }
  }

 private:
  std::string path_;
  pid_t child_;
};

TEST(GuardianServer, EndsAConnectionThatToldOfAWireItCannotGuard) {
  const TemporaryDirectory dir;
  const GuardianProcess guardian(dir.path() + "/guardian");
  const UniqueFd connection = guardian.Connect();
  ASSERT_TRUE(connection.valid());
  ASSERT_TRUE(SendToPeer(connection.get(), {.verb = GuardianVerb::kWireUp, .wire = 1},
                         UniqueFd::kNone));  // as when its table of descriptors is full
  bool gone = false;
  for (int beats = 0; !gone && beats < 5; ++beats) {
    pollfd ready{.fd = connection.get(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(poll(&ready, 1, -1), 1);
    gone = !ReceiveFromPeer(connection.get());
  }
  EXPECT_TRUE(gone);
}

}  // namespace
}  // namespace headroom
