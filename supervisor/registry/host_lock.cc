#include "supervisor/registry/host_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// `headroom ps` tries the lock for a moment to see whether somebody holds it.
constexpr std::chrono::nanoseconds kPatience = 500ms;
constexpr std::chrono::nanoseconds kPatienceWhenAsked = 10s;

bool TryUntil(int lock, BootTime until) {
  while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (NowBoot() >= until) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

/// The holder that gives way, if it is one: its number in the file, and a headroomd by that number.
std::optional<pid_t> HolderThatGivesWay(const HostView& host, int lock) {
  const auto text = ReadOpenFile(lock, "headroomd.lock", 64);
  const auto pid = text ? ParseUint64(Trimmed(*text)) : std::nullopt;
  if (!pid || *pid == 0 || *pid > static_cast<std::uint64_t>(INT32_MAX)) return std::nullopt;
  const auto stat = ReadProcessStat(host, static_cast<pid_t>(*pid));
  if (!stat || stat->comm != "headroomd") return std::nullopt;
  return static_cast<pid_t>(*pid);
}

void NoteHolder(int lock, LockHolder as) {
  if (ftruncate(lock, 0) != 0 || as == LockHolder::kStays) return;
  const std::string text = fmt::format("{}\n", getpid());
  (void)!pwrite(lock, text.data(), text.size(), 0);
}

}  // namespace

Result<UniqueFd> TakeHostLock(const HostView& host, const std::string& run_dir, LockHolder as) {
  if (auto made = MakeDirectories(run_dir + "/containers", 0700); !made) {
    return std::unexpected(made.error());
  }
  const std::string path = run_dir + "/headroomd.lock";
  auto lock = OpenAt(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
  if (!lock) return lock;
  bool taken = TryUntil(lock->get(), NowBoot() + kPatience);
  const auto holder =
      taken || as == LockHolder::kGivesWay ? std::nullopt : HolderThatGivesWay(host, lock->get());
  if (holder && kill(*holder, SIGTERM) == 0) {
    taken = TryUntil(lock->get(), NowBoot() + kPatienceWhenAsked);
  }
  if (!taken) {
    return MakeError(
        ErrorCode::kExists, path,
        "is held by another headroomd; stop that one first (systemctl stop headroomd)");
  }
  NoteHolder(lock->get(), as);
  return lock;
}

}  // namespace headroom
