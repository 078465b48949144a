#include "supervisor/loop/needless_start.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/testing/temporary_directory.h"
#include "base/unique_fd.h"

namespace headroom {
namespace {

TEST(EndAsNeedless, WasReadyToSystemdSoThatItsEndIsNoFailure) {
  const TemporaryDirectory dir;
  const UniqueFd systemd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = dir.path() + "/notify";
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  ASSERT_EQ(bind(systemd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  EXPECT_EQ(EndAsNeedless(), 0);
  unsetenv("NOTIFY_SOCKET");
  std::array<char, 256> said{};
  const ssize_t got = recv(systemd.get(), said.data(), said.size(), MSG_DONTWAIT);
  ASSERT_GT(got, 0);
  EXPECT_TRUE(
      std::string_view(said.data(), static_cast<std::size_t>(got)).starts_with("READY=1\n"));
}

TEST(EndAsNeedless, WithoutSystemdItJustEnds) {
  unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(EndAsNeedless(), 0);
}

}  // namespace
}  // namespace headroom
