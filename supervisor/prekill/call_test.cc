#include "supervisor/prekill/call.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;
using Outcome = PreKillResult::Outcome;

const PreKillRequest kRequest{.container_key = "runc-0-web",
                              .generation_key = "a-1-2",
                              .process = {.pid = 7, .start_ticks = 9},
                              .began = 11s};

class PreKillCallTest : public testing::Test {
 protected:
  void Listen() {
    listener_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = PreKillSocketPath(dir_.path());
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    ASSERT_EQ(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    ASSERT_EQ(listen(listener_.get(), 1), 0);
  }
  void Ask() {
    call_.emplace(*loop_, dir_.path(), kRequest, 1s,
                  [this](PreKillResult result) { result_ = std::move(result); });
  }
  /// What headroom-pre-kill would see, and what it answers.
  std::string Answer(const std::string& text) {
    const UniqueFd peer(accept(listener_.get(), nullptr, nullptr));
    std::array<char, 4096> request{};
    const ssize_t got = read(peer.get(), request.data(), request.size());
    EXPECT_EQ(write(peer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    return {request.data(), static_cast<std::size_t>(std::max<ssize_t>(0, got))};
  }
  PreKillResult Wait() {
    EXPECT_TRUE(loop_->RunUntil([this] { return result_.has_value(); }));
    return *result_;
  }

  TemporaryDirectory dir_;
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
  UniqueFd listener_;
  std::optional<PreKillCall> call_;
  std::optional<PreKillResult> result_;
};

TEST_F(PreKillCallTest, GivesTheAnswerThatItIsSent) {
  Listen();
  Ask();
  const PreKillResult sent{.outcome = Outcome::kExited, .status = 3, .output = "said"};
  const auto request = ParsePreKillRequest(Answer(SerializePreKillResult(sent)));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->process, kRequest.process);
  EXPECT_EQ(request->began, kRequest.began);
  const PreKillResult result = Wait();
  EXPECT_EQ(result.outcome, Outcome::kExited);
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.output, "said");
}

TEST_F(PreKillCallTest, WhereNobodyListensItSaysWhatToType) {
  Ask();
  EXPECT_FALSE(result_) << "not within the caller's frame";
  const PreKillResult result = Wait();
  EXPECT_EQ(result.outcome, Outcome::kNotRun);
  EXPECT_NE(result.reason.find("headroom-pre-kill.socket"), std::string::npos) << result.reason;
}

TEST_F(PreKillCallTest, AnAnswerThatIsNoneIsAnOutcomeToo) {
  for (const char* text : {"", "{", "{\"schema\": \"headroom.pre_kill/1\"}"}) {
    result_.reset();
    listener_ = UniqueFd();
    (void)unlink(PreKillSocketPath(dir_.path()).c_str());
    Listen();
    Ask();
    (void)Answer(text);
    const PreKillResult result = Wait();
    EXPECT_EQ(result.outcome, Outcome::kNotRun) << text;
    EXPECT_FALSE(result.reason.empty());
  }
}

TEST_F(PreKillCallTest, OneThatNeverAnswersIsGivenUp) {
  Listen();
  Ask();
  const PreKillResult result = Wait();
  EXPECT_EQ(result.outcome, Outcome::kNotRun);
  EXPECT_NE(result.reason.find("in time"), std::string::npos) << result.reason;
}

}  // namespace
}  // namespace headroom
