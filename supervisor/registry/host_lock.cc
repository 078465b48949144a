#include "supervisor/registry/host_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "base/file.h"
#include "container/facts/facts.h"
#include "container/supervision/lock_holder.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// `headroom ps` tries the lock for a moment to see whether somebody holds it.
constexpr std::chrono::nanoseconds kPatience = 500ms;
constexpr std::chrono::nanoseconds kPatienceWithTheEnding = 10s;

bool TryWhile(int lock, const std::function<bool()>& wanted) {
  while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    if (!wanted()) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

bool TryFor(int lock, std::chrono::nanoseconds patience) {
  const BootTime until = NowBoot() + patience;
  return TryWhile(lock, [until] { return NowBoot() < until; });
}

/// A holder that ends has closed its doorbell, and gives back the lock when its threads have ended;
/// one that only begins opens it. Ours is then one of several that were started at once.
bool TryWhileNobodyListens(int lock, const std::string& run_dir) {
  const BootTime until = NowBoot() + kPatienceWithTheEnding;
  return TryWhile(lock, [&] { return NowBoot() < until && !DoorbellHasListener(run_dir); });
}

/// What whoever comes and stays is told.
std::string HowToStop(const HostView& host, std::optional<pid_t> asked) {
  const bool of_user = geteuid() != 0;
  if (!asked) {
    return fmt::format(
        "is held by another headroomd; stop that one first (systemctl {}stop headroomd)",
        of_user ? "--user " : "");
  }
  return fmt::format(
      "is held by headroomd, process {}, which was asked to end and did not within 10 s; stop it "
      "first ({})",
      *asked, CommandToStop(host, *asked, of_user));
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
  bool taken = TryFor(lock->get(), kPatience);
  if (!taken && as == LockHolder::kGivesWay) taken = TryWhileNobodyListens(lock->get(), run_dir);
  const auto holder =
      taken || as == LockHolder::kGivesWay ? std::nullopt : HolderThatGivesWay(host, lock->get());
  if (holder && kill(*holder, SIGTERM) == 0) {
    taken = TryFor(lock->get(), kPatienceWithTheEnding);
  }
  if (!taken) {
    return MakeError(ErrorCode::kExists, path, HowToStop(host, holder));
  }
  NoteHolder(lock->get(), as);
  return lock;
}

}  // namespace headroom
