#include "supervisor/prekill/call.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/unix_address.h"

namespace headroom {
namespace {

/// The command's output may be six times as long in JSON.
constexpr std::size_t kLargestAnswer = 8 * PreKillResult::kMostOutput;
constexpr std::chrono::seconds kPatience{5};

PreKillResult NotRun(std::string why) {
  PreKillResult result{.began = NowBoot()};
  result.reason = std::move(why);
  return result;
}

}  // namespace

PreKillCall::PreKillCall(EventLoop& loop, const std::string& run_dir, const PreKillRequest& request,
                         std::chrono::seconds time, OnResult on_result)
    : loop_(loop), on_result_(std::move(on_result)) {
  const auto asked = Ask(run_dir, request);
  // Not within the caller's frame, which has not got this object yet.
  const auto delay =
      asked ? std::chrono::nanoseconds(time + kPatience) : std::chrono::nanoseconds(0);
  const std::string why = asked ? "no answer came in time" : asked.error().Message();
  auto timer = loop_.After(delay, delay / 10, [this, why] { Finish(NotRun(why)); });
  if (timer) timer_ = std::move(*timer);
}

Status PreKillCall::Ask(const std::string& run_dir, const PreKillRequest& request) {
  const std::string path = PreKillSocketPath(run_dir);
  const auto address = UnixAddress::Of(path);
  if (!address) return std::unexpected(address.error());
  connection_ = UniqueFd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!connection_.valid()) return SystemError(path, "no socket can be made");
  if (connect(connection_.get(), address->get(), UnixAddress::size()) != 0) {
    return SystemError(path,
                       "nobody answers there; systemctl enable --now headroom-pre-kill.socket");
  }
  const std::string text = SerializePreKillRequest(request);
  if (write(connection_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return SystemError(path, "cannot be written to");
  }
  auto source =
      loop_.OnReady(connection_.get(), EPOLLIN | EPOLLRDHUP, [this](std::uint32_t) { Receive(); });
  if (!source) return std::unexpected(source.error());
  readable_ = std::move(*source);
  return {};
}

void PreKillCall::Receive() {
  std::array<char, 4096> buffer{};
  const ssize_t got = read(connection_.get(), buffer.data(), buffer.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got > 0) {
    answer_.append(buffer.data(), static_cast<std::size_t>(got));
    if (answer_.size() <= kLargestAnswer) return;
  }
  auto result = ParsePreKillResult(answer_, "the answer of headroom-pre-kill");
  if (answer_.empty()) return Finish(NotRun("headroom-pre-kill ended without an answer"));
  Finish(result ? *std::move(result) : NotRun(result.error().Message()));
}

/// The callback may destroy this object: nothing of it is touched afterwards.
void PreKillCall::Finish(PreKillResult result) {
  readable_.Cancel();
  timer_.Cancel();
  const OnResult on_result = std::exchange(on_result_, nullptr);
  if (on_result) on_result(std::move(result));
}

}  // namespace headroom
