#include "kernel/trace/trace_pipe.h"

#include <unistd.h>

#include <array>

#include "base/text.h"

namespace headroom {
namespace {

/// Far more than any line of ours: two names of 15 bytes and twenty numbers.
constexpr std::size_t kLongestLine = 1024;

}  // namespace

Status TracePipe::Drain(const std::function<void(TraceEvent)>& take, BootTime deadline) {
  std::array<char, 8192> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read fills it
  TakeLines(take, deadline);
  for (std::size_t bytes = 0; bytes < kMostAtOnce && !pending();) {
    const ssize_t got = read(fd_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno != EAGAIN) return SystemError("trace_pipe", "cannot be read");
    if (got <= 0) return {};
    bytes += static_cast<std::size_t>(got);
    rest_.append(buffer.data(), static_cast<std::size_t>(got));
    TakeLines(take, deadline);
  }
  return {};
}

/// What each event makes the caller do takes longer than to read it: so the time is asked between
/// them.
void TracePipe::TakeLines(const std::function<void(TraceEvent)>& take, BootTime deadline) {
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = rest_.find('\n', begin)) != std::string::npos;) {
    Take(std::string_view(rest_).substr(begin, end - begin), take);
    begin = end + 1;
    if (NowBoot() > deadline) break;
  }
  rest_.erase(0, begin);
  if (!pending() && rest_.size() > kLongestLine) rest_.clear();
}

/// A process may have a line end in its name. Then neither part is an event, and both together are.
void TracePipe::Take(std::string_view line, const std::function<void(TraceEvent)>& take) {
  if (const auto lost = ParseLostEvents(line)) {
    lost_ += *lost;
    return;
  }
  auto event = ParseTraceLine(line);
  if (!event && !broken_.empty()) event = ParseTraceLine(broken_ + "\n" + std::string(line));
  if (event) {
    broken_.clear();
    return take(*std::move(event));
  }
  if (broken_.size() + line.size() > kLongestLine) broken_.clear();
  broken_ = broken_.empty() ? std::string(line) : broken_ + "\n" + std::string(line);
}

}  // namespace headroom
