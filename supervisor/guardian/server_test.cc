#include "supervisor/guardian/server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string_view>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "container/supervision/life_line.h"

namespace headroom {
namespace {

/// A guardian in a process of its own, since it owns its signals; ended with this object.
class GuardianProcess {
 public:
  /// `prepare` is called in it, before it serves.
  explicit GuardianProcess(std::string path,
                           const std::function<void(GuardianServer&)>& prepare = {})
      : path_(std::move(path)), child_(fork()) {
    if (child_ != 0) return;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody else ends it where a test dies
    auto server = GuardianServer::Listen(path_);
    if (server && prepare) prepare(*server);
    _exit(server && server->Run() ? 0 : 1);
  }
  GuardianProcess(const GuardianProcess&) = delete;
  GuardianProcess& operator=(const GuardianProcess&) = delete;
  ~GuardianProcess() {
    if (ended_) return;
    (void)kill(child_, SIGKILL);
    (void)waitpid(child_, nullptr, 0);
  }
  void Terminate() const { (void)kill(child_, SIGTERM); }
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
  /// Until it ends by itself; its exit status.
  [[nodiscard]] int WaitForEnd() {
    int status = -1;
    (void)waitpid(child_, &status, 0);
    ended_ = true;
    return status;
  }

 private:
  std::string path_;
  pid_t child_;
  bool ended_ = false;
};

/// The next of the guardian's messages; nullopt: it has ended the connection.
std::optional<GuardianMessage> HearBeat(int connection) {
  pollfd ready{.fd = connection, .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&ready, 1, -1), 1);
  const auto delivery = ReceiveFromPeer(connection);
  if (!delivery || !*delivery) return std::nullopt;
  return (*delivery)->message;
}

void SayInAnotherVersion(int connection) {
  std::string bytes = EncodeGuardianMessage({});
  ++bytes[0];
  ASSERT_EQ(send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

/// A file in the place of memory.high, and a wire on it that the guardian was told of.
class Wired {
 public:
  Wired(const TemporaryDirectory& dir, int connection) : dir_(dir) {
    dir.Write("memory.high", "4096\n");
    const UniqueFd file = OpenAt(dir.fd(), "memory.high", O_RDWR).value();
    EXPECT_TRUE(SendToPeer(
        connection, {.verb = GuardianVerb::kWireUp, .wire = 1, .high = Bytes{4096}}, file.get()));
  }
  [[nodiscard]] bool IsLifted() const {
    return ReadFileAt(dir_.fd(), "memory.high", 100).value().starts_with("max");
  }

 private:
  const TemporaryDirectory& dir_;
};

TEST(GuardianServer, ReleasesTheWiresOfOneThatSpeaksAnotherVersionAndEndsTheConnection) {
  const TemporaryDirectory dir;
  const GuardianProcess guardian(dir.path() + "/guardian");
  const UniqueFd connection = guardian.Connect();
  ASSERT_TRUE(connection.valid());
  const Wired wired(dir, connection.get());
  SayInAnotherVersion(connection.get());
  while (HearBeat(connection.get())) {
  }
  EXPECT_TRUE(wired.IsLifted());
  const UniqueFd again = guardian.Connect();
  ASSERT_TRUE(again.valid());
  EXPECT_TRUE(HearBeat(again.get())) << "it serves those whom it understands";
}

TEST(GuardianServer, WhoseProgramWasReplacedEndsWhenOneOfAnotherVersionComes) {
  const TemporaryDirectory dir;
  dir.Write("program", "old");
  GuardianProcess guardian(dir.path() + "/guardian", [&](GuardianServer& server) {
    server.EndWhenReplaced(OpenAt(dir.fd(), "program", O_PATH).value());
  });
  const UniqueFd first = guardian.Connect();
  ASSERT_TRUE(first.valid());
  SayInAnotherVersion(first.get());
  while (HearBeat(first.get())) {
  }
  const UniqueFd second = guardian.Connect();
  ASSERT_TRUE(second.valid());
  EXPECT_TRUE(HearBeat(second.get())) << "nothing would be won: its program is the same as ever";
  dir.Write("program.new", "new");
  ASSERT_EQ(renameat(dir.fd(), "program.new", dir.fd(), "program"), 0);
  const Wired wired(dir, second.get());
  const UniqueFd third = guardian.Connect();
  SayInAnotherVersion(third.get());
  EXPECT_EQ(guardian.WaitForEnd(), 0);
  EXPECT_TRUE(wired.IsLifted()) << "as at every end";
}

/// What systemd would hand to it.
class WatchdogTest : public testing::Test {
 protected:
  WatchdogTest() : systemd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = dir_.path() + "/notify";
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    EXPECT_EQ(bind(systemd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    setenv("WATCHDOG_USEC", "4000", 1);
    unsetenv("WATCHDOG_PID");
  }
  ~WatchdogTest() override {
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
  }
  /// Until systemd gets that. Messages of the start come first.
  void WaitFor(std::string_view message) const {
    std::array<char, 256> text{};
    for (;;) {
      const ssize_t got = recv(systemd_.get(), text.data(), text.size(), 0);
      ASSERT_GT(got, 0);
      if (std::string_view(text.data(), static_cast<std::size_t>(got)) == message) return;
    }
  }
  TemporaryDirectory dir_;
  UniqueFd systemd_;
};

TEST_F(WatchdogTest, GivesSignsOfLifeAlsoWithoutAnybodyToGuard) {
  const GuardianProcess guardian(dir_.path() + "/guardian");
  WaitFor("READY=1");
  for (int signs = 0; signs < 3; ++signs) WaitFor("WATCHDOG=1");
}

TEST_F(WatchdogTest, DoesNotWaitForASystemdThatDoesNotRead) {
  const GuardianProcess guardian(dir_.path() + "/guardian");
  const UniqueFd connection = guardian.Connect();
  ASSERT_TRUE(connection.valid());
  // Meanwhile far more signs of life were due than the kernel keeps for a reader.
  for (int beats = 0; beats < 4; ++beats) ASSERT_TRUE(HearBeat(connection.get()));
}

/// The other end of a guardian's life line is this test's.
class LifeLineOfServerTest : public testing::Test {
 protected:
  LifeLineOfServerTest() {
    auto ends = MakeLifeLine().value();
    guardian_.emplace(dir_.path() + "/guardian", [&](GuardianServer& server) {
      ends.second.Reset();
      server.GiveSignsOn(std::move(ends.first), {.interval = std::chrono::milliseconds(1)});
    });
    ours_ = std::move(ends.second);
  }
  /// The next word; nullopt: the guardian is dead.
  [[nodiscard]] std::optional<char> Hear() const {
    pollfd ready{.fd = ours_.get(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(poll(&ready, 1, -1), 1);
    char word = 0;
    return recv(ours_.get(), &word, 1, 0) == 1 ? std::optional(word) : std::nullopt;
  }
  TemporaryDirectory dir_;
  std::optional<GuardianProcess> guardian_;
  UniqueFd ours_;
};

TEST_F(LifeLineOfServerTest, HasSignsOfLifeAndThenThatItsEndIsInOrder) {
  for (int signs = 0; signs < 3; ++signs)
    EXPECT_EQ(Hear(), static_cast<char>(LifeLineWord::kAlive));
  guardian_->Terminate();
  std::optional<char> last;
  for (auto word = Hear(); word; word = Hear()) last = word;
  EXPECT_EQ(last, static_cast<char>(LifeLineWord::kDone));
}

TEST_F(LifeLineOfServerTest, EndsWithNoSuchWordWhenTheGuardianIsKilled) {
  EXPECT_EQ(Hear(), static_cast<char>(LifeLineWord::kAlive));
  guardian_.reset();
  std::optional<char> last;
  for (auto word = Hear(); word; word = Hear()) last = word;
  EXPECT_NE(last, static_cast<char>(LifeLineWord::kDone));
}

TEST_F(LifeLineOfServerTest, HeadroomdLearnsThatItsWiresWereUndone) {
  const UniqueFd connection = guardian_->Connect();
  ASSERT_TRUE(connection.valid());
  ASSERT_TRUE(SayOnLifeLine(ours_.get(), LifeLineWord::kUndone));
  std::optional<GuardianMessage> beat;
  for (int beats = 0; beats < 4; ++beats) {
    beat = HearBeat(connection.get());
    ASSERT_TRUE(beat);
    if (beat->releases > 0) break;
  }
  EXPECT_EQ(beat->releases, 1U);
}

TEST_F(LifeLineOfServerTest, TheGuardianGoesOnWhereNobodyIsLeftAtTheOtherEnd) {
  ours_.Reset();
  const UniqueFd connection = guardian_->Connect();
  ASSERT_TRUE(connection.valid());
  for (int beats = 0; beats < 2; ++beats) EXPECT_TRUE(HearBeat(connection.get()));
}

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
