#include "supervisor/registry/end_of_init.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>

#include "capture/section.h"
#include "capture/shm_files.h"
#include "kernel/mount/mountinfo.h"
#include "supervisor/watch/oomd_marks.h"

namespace headroom {
namespace {

constexpr std::size_t kMostSignals = 64;
constexpr std::size_t kMostVictims = 256;
/// What happened so long before an end may be its reason.
constexpr std::chrono::seconds kJustBefore{10};
/// In the event thread, and only when a container was killed.
constexpr std::chrono::milliseconds kLongestListing{5};

bool IsFull(const UniqueFd& dir) {
  if (!dir.valid()) return false;
  const auto use = ReadFilesystemUse(fmt::format("/proc/self/fd/{}", dir.get()));
  constexpr double kNearlyFull = 0.95;
  return use && use->size.value > 0 && Share(use->used, use->size) >= kNearlyFull;
}

bool IsKillOf(const SentSignal& signal, int init) {
  return signal.target == init && signal.signal == SIGKILL && signal.result != "ignored";
}

}  // namespace

bool IsEndOfAKill(const ExitStatus& status) {
  constexpr std::array kSignals = {SIGKILL, SIGABRT, SIGBUS};
  const auto is_one = [&](int number) {
    return std::ranges::find(kSignals, number) != kSignals.end();
  };
  return status.signal ? is_one(*status.signal) : is_one(status.code.value_or(0) - 128);
}

bool IsKillByOther(const EndFacts& facts) {
  constexpr std::chrono::seconds kMoment{10};
  if (!IsEndOfAKill(facts.exit.status) || facts.oom_victims.contains(facts.init)) return false;
  const auto first = std::ranges::find_if(
      facts.signals, [&](const SentSignal& signal) { return IsKillOf(signal, facts.init); });
  const bool was_sent = first != facts.signals.end() && first->sender.has_value();
  if (facts.exit.status.signal == SIGKILL && was_sent) return true;
  return !facts.last_oom_kill || *facts.last_oom_kill < facts.ended_at - kMoment;
}

EndOfInit::EndOfInit(HostView host, ExitWatch& exits, SignalWatch& signals)
    : host_(std::move(host)), exits_(exits), signals_(signals) {}

void EndOfInit::Watch(const Enrolment& enrolment, std::function<void()> on_term) {
  on_term_ = std::move(on_term);
  init_ = enrolment.init.pid;
  cgroups_ = {enrolment.cgroup.path};
  for (const CgroupBaseline& level : enrolment.ancestors) cgroups_.push_back(level.path);
  marks_before_ = ReadOomdMarks(host_, cgroups_);
  membership_ =
      signals_.Join({.init = init_,
                     .cgroup = enrolment.own_cgroup ? enrolment.cgroup.path : std::string(),
                     .on_signal = [this](const SentSignal& signal) { OnSignal(signal); },
                     .on_oom_victim = [this](pid_t pid) { OnOomVictim(pid); }});
}

void EndOfInit::OnSignal(const SentSignal& signal) {
  // What was sent to the init is kept before what its processes send one another.
  if (sent_.size() >= kMostSignals) {
    ++dropped_;
    const auto other =
        std::ranges::find_if(sent_, [&](const SentSignal& kept) { return kept.target != init_; });
    sent_.erase(other == sent_.end() ? sent_.begin() : other);
  }
  sent_.push_back(signal);
  const bool asked = signal.target == init_ && signal.signal == SIGTERM;
  if (asked && !ended_at_ && on_term_) on_term_();
}

void EndOfInit::OnOomVictim(int pid) {
  if (oom_victims_.size() < kMostVictims || pid == init_) oom_victims_.insert(pid);
}

void EndOfInit::OnEnd(const Enrolment& enrolment, int pidfd, BootTime now) {
  if (!ended_at_) ended_at_ = now;
  signals_.Drain();
  Look(enrolment, pidfd);
  // Without a status yet, a full one alone is worth it: most ends are nobody's doing.
  const bool wanted = LooksKilled(enrolment.init.pid) || (!exit_ && IsFull(shm_));
  if (shm_.valid() && wanted) {
    const auto listing = ListShmIn(shm_.get(), NowBoot() + kLongestListing);
    if (listing) shm_section_ = TextSection("before/shm.json", SerializeShm(*listing));
  }
  shm_.Reset();
}

void EndOfInit::OnSample(pid_t init) {
  if (shm_.valid() || ended_at_) return;
  if (auto shm = OpenShm(host_, init)) shm_ = std::move(*shm);
}

void EndOfInit::Look(const Enrolment& enrolment, int pidfd) {
  if (!exit_ && ended_at_) {
    exit_ = exits_.StatusOf(enrolment.init, pidfd, enrolment.enrolled_boot);
  }
}

bool EndOfInit::IsKilledByOther(int init, std::optional<BootTime> last_oom_kill) const {
  return ended_at_ && exit_ &&
         IsKillByOther({.init = init,
                        .ended_at = *ended_at_,
                        .exit = *exit_,
                        .signals = sent_,
                        .oom_victims = oom_victims_,
                        .last_oom_kill = last_oom_kill});
}

bool EndOfInit::LooksKilled(int init) const {
  if (exit_) return IsEndOfAKill(exit_->status);
  return std::ranges::any_of(sent_, [&](const SentSignal& signal) {
    return signal.target == init && signal.signal != SIGTERM;
  });
}

/// A signal that could not be placed may as well have been lost.
SignalRecord EndOfInit::Record() const {
  return {.signals = sent_,
          .oom_victims = {oom_victims_.begin(), oom_victims_.end()},
          .oomd = RisenMarks(marks_before_, ReadOomdMarks(host_, cgroups_)),
          .dropped = dropped_,
          .lost = signals_.lost() +
                  signals_.UnplacedSince(ended_at_.value_or(NowBoot()) - kJustBefore)};
}

}  // namespace headroom
