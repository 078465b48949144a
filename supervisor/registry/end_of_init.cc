#include "supervisor/registry/end_of_init.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <iterator>
#include <utility>

#include "supervisor/watch/oomd_marks.h"

namespace headroom {
namespace {

constexpr std::size_t kMostSignals = 64;
constexpr std::size_t kMostVictims = 256;
/// What happened so long before an end may be its reason.
constexpr std::chrono::seconds kJustBefore{10};
/// Longer than engines wait between asking an init to end and killing it.
constexpr std::chrono::minutes kLostBefore{10};

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
  const ExitStatus& status = facts.exit.status;
  if (!IsEndOfAKill(status) || facts.oom_victims.contains(facts.init)) return false;
  const auto first = std::ranges::find_if(
      facts.signals, [&](const SentSignal& signal) { return IsKillOf(signal, facts.init); });
  const bool was_sent = first != facts.signals.end() && first->sender.has_value();
  if (status.signal == SIGKILL && was_sent) return true;
  if (status.code && (facts.oom_kills.count > 0 || !facts.oom_victims.empty())) return false;
  if (status.signal == SIGKILL && facts.oom_kills.count > facts.oom_victims.size()) return false;
  return !facts.oom_kills.last || *facts.oom_kills.last < facts.ended_at - kJustBefore;
}

EndOfInit::EndOfInit(WireServices& services, ExitWatch& exits, SignalWatch& signals)
    : host_(services.host), exits_(exits), signals_(signals), shm_(services) {}

EndOfInit::~EndOfInit() {
  if (init_.pid != 0) exits_.LetGo(init_.pid);
}

void EndOfInit::Watch(const Enrolment& enrolment, std::function<void()> on_term) {
  on_term_ = std::move(on_term);
  init_ = enrolment.init;
  exits_.Keep(init_.pid);
  cgroups_ = {enrolment.cgroup.path};
  for (const CgroupBaseline& level : enrolment.ancestors) cgroups_.push_back(level.path);
  marks_before_ = ReadOomdMarks(host_, cgroups_);
  membership_ =
      signals_.Join({.init = init_.pid,
                     .cgroup = enrolment.own_cgroup ? enrolment.cgroup.path : std::string(),
                     .on_signal = [this](const SentSignal& signal) { OnSignal(signal); },
                     .on_oom_victim = [this](pid_t pid) { OnOomVictim(pid); },
                     .on_repeat = [this](const SentSignal& signal) { OnRepeat(signal); }});
}

void EndOfInit::OnRepeat(const SentSignal& signal) {
  const auto same = std::find_if(sent_.rbegin(), sent_.rend(), [&](const SentSignal& kept) {
    return kept.signal == signal.signal && kept.target == signal.target && kept.sender &&
           kept.result == signal.result;
  });
  if (same != sent_.rend()) ++same->repeats;
}

void EndOfInit::OnSignal(const SentSignal& signal) {
  // What was sent to the init is kept before what its processes send one another.
  if (sent_.size() >= kMostSignals) {
    ++dropped_;
    const auto other = std::ranges::find_if(
        sent_, [&](const SentSignal& kept) { return kept.target != init_.pid; });
    sent_.erase(other == sent_.end() ? sent_.begin() : other);
  }
  sent_.push_back(signal);
  const bool asked =
      signal.target == init_.pid && signal.signal == SIGTERM && signal.result != "ignored";
  if (asked && !ended_at_ && on_term_) on_term_();
  // It may be gone before that is done; then the last sample's figures have to do.
  const bool fault = signal.target == init_.pid && signal.signal == SIGBUS && !signal.sender;
  if (fault && !ended_at_) shm_.Look(init_, ShmWatch::Haste::kNow);
}

void EndOfInit::OnOomVictim(int pid) {
  if (oom_victims_.size() < kMostVictims || pid == init_.pid) oom_victims_.insert(pid);
}

void EndOfInit::OnEnd(const Enrolment& enrolment, int pidfd, BootTime now) {
  if (!ended_at_) ended_at_ = now;
  signals_.Drain();
  membership_.OnEnd(*ended_at_);
  Look(enrolment, pidfd);
}

void EndOfInit::OnSample(const ProcessId& init) {
  if (!ended_at_) shm_.Look(init, ShmWatch::Haste::kNone);
}

void EndOfInit::Look(const Enrolment& enrolment, int pidfd) {
  if (!exit_ && ended_at_) {
    exit_ = exits_.StatusOf(enrolment.init, pidfd,
                            {.since = enrolment.enrolled_boot, .ended_at = *ended_at_});
  }
}

bool EndOfInit::IsKilledByOther(int init, const CountedOomKills& kills) const {
  return ended_at_ && exit_ &&
         IsKillByOther({.init = init,
                        .ended_at = *ended_at_,
                        .exit = *exit_,
                        .signals = sent_,
                        .oom_victims = oom_victims_,
                        .oom_kills = kills});
}

bool EndOfInit::LooksKilled(int init) const {
  if (exit_) return IsEndOfAKill(exit_->status);
  return std::ranges::any_of(sent_, [&](const SentSignal& signal) {
    return signal.target == init && signal.signal != SIGTERM;
  });
}

/// A signal that could not be placed may as well have been lost.
SignalRecord EndOfInit::Record(BootTime at) const {
  SignalRecord record{
      .signals = {},
      .oom_victims = {oom_victims_.begin(), oom_victims_.end()},
      .oomd = RisenMarks(marks_before_, ReadOomdMarks(host_, cgroups_)),
      .dropped = dropped_,
      .lost = signals_.LostSince(at - kLostBefore) + signals_.UnplacedSince(at - kJustBefore)};
  std::ranges::copy_if(sent_, std::back_inserter(record.signals), [&](const SentSignal& signal) {
    return signal.target == init_.pid || signal.at >= at - kJustBefore;
  });
  return record;
}

}  // namespace headroom
