#include "kernel/cgroup/freezer.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kLongestValue = 64;
constexpr std::size_t kLongestEvents = 4096;

}  // namespace

Result<Freezer> Freezer::Open(const CgroupDir& cgroup) {
  auto freeze = cgroup.OpenFile("cgroup.freeze", O_RDWR);
  if (!freeze) return std::unexpected(freeze.error());
  auto events = cgroup.OpenFile("cgroup.events", O_RDONLY);
  if (!events) return std::unexpected(events.error());
  return Freezer(std::move(*freeze), std::move(*events));
}

Result<bool> Freezer::IsWanted() const {
  const auto text = ReadOpenFile(freeze_.get(), "cgroup.freeze", kLongestValue);
  if (!text) return std::unexpected(text.error());
  return Trimmed(*text) == "1";
}

Result<bool> Freezer::IsFrozen() const {
  const auto text = ReadOpenFile(events_.get(), "cgroup.events", kLongestEvents);
  if (!text) return std::unexpected(text.error());
  std::string_view lines = *text;
  while (const auto line = TakeLine(lines)) {
    if (*line == "frozen 1") return true;
  }
  return false;
}

Status Freezer::Want(bool frozen) const {
  if (pwrite(freeze_.get(), frozen ? "1" : "0", 1, 0) != 1) {
    return SystemError("cgroup.freeze", "cannot be written");
  }
  return {};
}

bool Freezer::WaitUntilFrozen(std::chrono::milliseconds most) const {
  const BootTime until = NowBoot() + most;
  for (;;) {
    const auto frozen = IsFrozen();  // the read arms the poll
    if (!frozen || *frozen) return frozen.value_or(false);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - NowBoot());
    if (left.count() <= 0) return false;
    pollfd changed{.fd = events_.get(), .events = POLLPRI, .revents = 0};
    (void)poll(&changed, 1, static_cast<int>(left.count()));
  }
}

bool ThawIfFrozen(int freeze_fd) {
  const auto text = ReadOpenFile(freeze_fd, "cgroup.freeze", kLongestValue);
  return text && Trimmed(*text) == "1" && pwrite(freeze_fd, "0", 1, 0) == 1;
}

}  // namespace headroom
