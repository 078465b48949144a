#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "supervisor/guardian/protocol.h"

namespace headroom {

/// The guardian's end of the connection, in the test's own hands.
class FakeGuardian {
 public:
  explicit FakeGuardian(const std::string& path)
      : listener_(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    EXPECT_EQ(listen(listener_.get(), 1), 0);
  }
  void AcceptAndBeat() {
    connection_ = UniqueFd(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    Beat();
  }
  void Beat() {
    EXPECT_TRUE(SendToPeer(connection_.get(), {.verb = GuardianVerb::kBeat}, UniqueFd::kNone));
  }
  /// What it was told since the last call, beats left out.
  std::vector<GuardianVerb> Heard() {
    std::vector<GuardianVerb> verbs;
    for (;;) {
      const auto delivery = ReceiveFromPeer(connection_.get());
      if (!delivery || !*delivery) return verbs;
      const GuardianVerb verb = (*delivery)->message.verb;
      if (verb != GuardianVerb::kBeat) verbs.push_back(verb);
    }
  }

 private:
  UniqueFd listener_;
  UniqueFd connection_;
};

}  // namespace headroom
