#include "supervisor/guardian/client.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// The guardian is this test: it says what it is told to, and nothing by itself.
class GuardianClientTest : public testing::Test {
 protected:
  GuardianClientTest()
      : listener_(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = Path();
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    EXPECT_EQ(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    EXPECT_EQ(listen(listener_.get(), 16), 0);
  }
  [[nodiscard]] std::string Path() const { return dir_.path() + "/guardian"; }
  void Start(GuardianClient::Rhythm rhythm) {
    client_.emplace(*loop_, Path(),
                    GuardianClient::Listener{
                        .on_ready = [this] { ++ready_; },
                        .on_lost = [this](const std::string& why) { lost_.push_back(why); },
                        .on_stranger = [this](const std::string& why) { strange_.push_back(why); }},
                    rhythm);
    client_->Start();
  }
  /// It connects again with one of its beats.
  void Accept() {
    Run([&] {
      UniqueFd next(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!next.valid()) return false;
      connection_ = std::move(next);
      return true;
    });
  }
  void Beat(std::uint64_t releases = 0) const {
    ASSERT_TRUE(SendToPeer(connection_.get(), {.verb = GuardianVerb::kBeat, .releases = releases},
                           UniqueFd::kNone));
  }
  void SayInAnotherVersion() const {
    std::string bytes = EncodeGuardianMessage({});
    ++bytes[0];
    ASSERT_EQ(send(connection_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void Run(const std::function<bool()>& until) { ASSERT_TRUE(loop_->RunUntil(until)); }
  [[nodiscard]] bool WasLost(const std::string& why) const {
    return std::any_of(lost_.begin(), lost_.end(),
                       [&](const std::string& text) { return text.find(why) != text.npos; });
  }
  [[nodiscard]] bool MayStand() {
    const UniqueFd file = UniqueFd(open("/dev/null", O_RDWR | O_CLOEXEC));
    return client_->TellWireUp(1, Mebibytes(60), file.get());
  }
  /// Beats until it is believed, however often a slow machine makes us too late for that.
  void BeatUntilReady(int times) {
    while (ready_ < times) {
      Accept();
      if (!SendToPeer(connection_.get(), {.verb = GuardianVerb::kBeat}, UniqueFd::kNone)) continue;
      const BootTime until = NowBoot() + 20ms;
      Run([&] { return ready_ == times || NowBoot() >= until; });
    }
  }
  void BecomeReady(GuardianClient::Rhythm rhythm) {
    Start(rhythm);
    BeatUntilReady(1);
    EXPECT_TRUE(MayStand());
  }

  TemporaryDirectory dir_;
  UniqueFd listener_;
  UniqueFd connection_;
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
  int ready_ = 0;
  std::vector<std::string> lost_;
  std::vector<std::string> strange_;
  std::optional<GuardianClient> client_;
};

/// However slow this machine is, nobody is taken for dead.
constexpr GuardianClient::Rhythm kPatient{.interval = 1ms, .patience = 1h};
constexpr GuardianClient::Rhythm kImpatient{.interval = 1ms, .patience = 200ms};

TEST_F(GuardianClientTest, NoWireMayStandBeforeTheGuardianHasBeaten) {
  Start(kPatient);
  Accept();
  EXPECT_FALSE(MayStand());
  EXPECT_EQ(ready_, 0);
  Beat();
  Run([&] { return ready_ > 0; });
  EXPECT_TRUE(MayStand());
}

TEST_F(GuardianClientTest, AGuardianThatIsSilentIsLostAndNoWireMayStandAnyMore) {
  BecomeReady(kImpatient);
  Run([&] { return WasLost("silent"); });
  EXPECT_FALSE(client_->ready());
  EXPECT_FALSE(MayStand()) << "a connection to one that does not beat is worth nothing";
}

TEST_F(GuardianClientTest, ASilenceIsNoticedWhenItIsTooLongAndNotOnlyWithTheNextBeat) {
  BecomeReady({.interval = 1h, .patience = 50ms});
  Run([&] { return WasLost("silent"); });
  EXPECT_FALSE(MayStand());
}

TEST_F(GuardianClientTest, TheNextOneIsConnectedToByItself) {
  BecomeReady(kImpatient);
  Run([&] { return WasLost("silent"); });
  BeatUntilReady(2);
  EXPECT_TRUE(MayStand());
}

TEST_F(GuardianClientTest, AGuardianWhoseConnectionEndsIsLostAtOnce) {
  BecomeReady(kPatient);
  connection_.Reset();
  Run([&] { return !lost_.empty(); });
  EXPECT_FALSE(MayStand());
}

TEST_F(GuardianClientTest, OneThatHadToReleaseMeansThatWhatWeBelieveIsNotTrueAnyMore) {
  BecomeReady(kPatient);
  Beat(0);
  Beat(1);
  Run([&] { return !lost_.empty(); });
  EXPECT_TRUE(WasLost("released"));
  EXPECT_TRUE(client_->ready()) << "it is there, and guards what is put up anew";
  Beat(1);
  Beat(2);
  Run([&] { return lost_.size() == 2; });
}

TEST_F(GuardianClientTest, WhoSleptForTooLongHimselfTakesEverythingDown) {
  BecomeReady(kImpatient);
  lost_.clear();
  // As after SIGSTOP: the guardian has beaten all the time, and nobody has read it.
  for (const BootTime until = NowBoot() + 2 * kImpatient.patience; NowBoot() < until;) {
    std::this_thread::yield();
  }
  Beat();
  Run([&] { return !lost_.empty(); });
  EXPECT_TRUE(WasLost("stopped for a while")) << lost_.front();
}

TEST_F(GuardianClientTest, ThatThereNeverWasAGuardianIsToldOnce) {
  ASSERT_EQ(unlink(Path().c_str()), 0);
  Start({.interval = 1ms, .patience = 1h, .absence = 100ms});
  EXPECT_TRUE(strange_.empty()) << "it may be about to start";
  Run([&] { return !strange_.empty(); });
  EXPECT_NE(strange_.front().find(Path() + ": found nobody there"), std::string::npos)
      << strange_.front();
  const BootTime until = NowBoot() + 20ms;
  Run([&] { return NowBoot() >= until; });
  EXPECT_EQ(strange_.size(), 1U);
}

TEST_F(GuardianClientTest, OneOfAnotherVersionIsToldOfAlsoWhereThereWasNobodyBefore) {
  const std::string aside = dir_.path() + "/aside";
  ASSERT_EQ(rename(Path().c_str(), aside.c_str()), 0);
  Start({.interval = 1ms, .patience = 1h, .absence = 1ms});
  Run([&] { return !strange_.empty(); });
  ASSERT_EQ(rename(aside.c_str(), Path().c_str()), 0);
  Accept();
  SayInAnotherVersion();
  Run([&] { return strange_.size() > 1; });
  EXPECT_NE(strange_[1].find("another version"), std::string::npos) << strange_[1];
}

TEST_F(GuardianClientTest, OneThatWasThereAndIsGoneIsLostAndNotMissing) {
  BecomeReady({.interval = 1ms, .patience = 1h, .absence = 0ns});
  ASSERT_EQ(unlink(Path().c_str()), 0);
  strange_.clear();
  connection_.Reset();
  Run([&] { return !lost_.empty(); });
  const BootTime until = NowBoot() + 20ms;
  Run([&] { return NowBoot() >= until; });
  EXPECT_TRUE(strange_.empty()) << strange_.front();
}

TEST_F(GuardianClientTest, AGuardianOfAnotherVersionIsLostAndToldOfOnce) {
  Start(kPatient);
  for (int tries = 0; tries < 3; ++tries) {
    Accept();
    SayInAnotherVersion();
    EXPECT_FALSE(MayStand());
  }
  Accept();  // it has read all of the above
  EXPECT_FALSE(MayStand());
  ASSERT_FALSE(strange_.empty());
  EXPECT_EQ(strange_.size(), 1U);
  EXPECT_NE(strange_.front().find("another version"), std::string::npos) << strange_.front();
  EXPECT_EQ(ready_, 0);
}

TEST_F(GuardianClientTest, AGuardianThatIsReplacedByOneOfAnotherVersionLeavesNothingUp) {
  BecomeReady(kPatient);
  SayInAnotherVersion();
  Run([&] { return !lost_.empty(); });
  EXPECT_TRUE(WasLost("another version"));
  EXPECT_FALSE(MayStand());
}

}  // namespace
}  // namespace headroom
