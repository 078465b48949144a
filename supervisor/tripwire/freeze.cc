#include "supervisor/tripwire/freeze.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "kernel/proc/tracer.h"

namespace headroom {
namespace {

UniqueFd Inotify() { return UniqueFd(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)); }

/// Whether `inotify` tells of writes from here on. By the open file: the path may be another
/// cgroup's by now.
bool TellsOfWrites(int inotify, const Freezer& freezer) {
  const std::string file = fmt::format("/proc/self/fd/{}", freezer.descriptor());
  return inotify_add_watch(inotify, file.c_str(), IN_MODIFY) >= 0;
}

}  // namespace

Result<std::shared_ptr<Freeze>> Freeze::Prepare(HostView host, const CgroupDir& cgroup) {
  auto freezer = Freezer::Open(cgroup);
  if (!freezer) return std::unexpected(freezer.error());
  UniqueFd changes = Inotify();
  UniqueFd by_others = Inotify();
  if (!changes.valid() || !by_others.valid()) return SystemError("inotify", "cannot be had");
  if (!TellsOfWrites(changes.get(), *freezer)) {
    return SystemError("cgroup.freeze", "cannot be watched");
  }
  std::string procs = host.cgroup_root + cgroup.path() + "/cgroup.procs";
  return std::shared_ptr<Freeze>(new Freeze(std::move(host), std::move(*freezer), std::move(procs),
                                            std::move(changes), std::move(by_others)));
}

/// A debugger or a checkpoint has its own plans with it. The first processes tell: a checkpoint
/// traces all.
bool Freeze::IsTraced() const {
  constexpr std::size_t kLooked = 16;
  constexpr std::size_t kLargest = 1UL << 20U;
  const auto text = ReadFileAt(AT_FDCWD, procs_, kLargest);
  const auto pids = text ? ParseCgroupProcs(*text) : Result<std::vector<int>>();
  if (!pids) return false;
  const auto first = std::min(pids->size(), kLooked);
  return std::any_of(pids->begin(), pids->begin() + static_cast<std::ptrdiff_t>(first),
                     [this](int pid) { return ReadTracer(host_, pid).value_or(0) != 0; });
}

std::string Freeze::WhyNotNow() const {
  const auto wanted = freezer_.IsWanted();
  if (!wanted) return wanted.error().Message();
  if (*wanted) return "somebody else has frozen it";
  const auto frozen = freezer_.IsFrozen();
  if (frozen && *frozen) return "a cgroup above it is frozen";
  if (IsTraced()) return "one of its processes is traced, by a debugger or a checkpoint";
  return "";
}

/// Whether somebody wrote cgroup.freeze since the last time.
bool Freeze::TakeChanges() const {
  std::array<char, 4096> events{};
  bool any = false;
  // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection): it does not block (IN_NONBLOCK)
  while (read(changes_.get(), events.data(), events.size()) > 0) any = true;
  return any;
}

/// Only now, as our own write and another one that nobody has read between would be one event. We
/// may be stopped or killed before it is read, and then the guardian has to thaw. A watch that
/// cannot be had: it thaws whatever was written.
void Freeze::TellGuardianFromHere() const { (void)TellsOfWrites(by_others_.get(), freezer_); }

void Freeze::Begin() {
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || began_) return;
    (void)TakeChanges();
    why_not_ = WhyNotNow();
    if (!why_not_.empty()) return;
    if (TakeChanges()) {
      why_not_ = "somebody else was freezing or thawing it";
      return;
    }
    if (const auto written = freezer_.Want(true); !written) {
      why_not_ = written.error().Message();
      return;
    }
    TellGuardianFromHere();
    (void)TakeChanges();  // our own
    began_ = NowBoot();
  }
  (void)freezer_.WaitUntilFrozen(kPatience);
}

void Freeze::Thaw() {
  failed_ = false;
  if (!began_) return;
  if (!TakeChanges()) {  // else it is theirs, whatever it holds
    const auto thawed = freezer_.Want(false);
    // Gone: nothing stands still there. Where it cannot be read either, it is taken for frozen.
    failed_ =
        !thawed && thawed.error().code != ErrorCode::kGone && freezer_.IsWanted().value_or(true);
  }
  if (!failed_) frozen_for_ = NowBoot() - *began_;
}

void Freeze::End() {
  bool failed = false;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true) && !failed_) return;
    Thaw();
    failed = failed_;
  }
  if (!failed && told_) told_();
}

bool Freeze::cannot_thaw() const { return failed_.load(); }

std::string Freeze::why_not() const {
  const std::lock_guard lock(mutex_);
  return why_not_;
}

std::optional<std::chrono::nanoseconds> Freeze::frozen_for() const {
  const std::lock_guard lock(mutex_);
  return frozen_for_;
}

}  // namespace headroom
