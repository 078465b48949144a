#include <algorithm>

#include "base/log.h"
#include "supervisor/registry/container.h"

namespace headroom {

/// Kills that were not seen before, whether or not anybody watched. What is noted of the levels
/// above says that they are told: so first what says here that they are to be told, for a
/// supervisor that finds the counter gone.
bool WatchedContainer::Count(std::uint64_t counter, const std::vector<std::string>& candidates) {
  const bool was_open = ledger_.open();
  const std::uint64_t before = ledger_.seen();
  if (!ledger_.Observe(counter, NowBoot())) return false;
  const GenerationNotes notes(RegistryDir(services_.run_dir), entry_);
  if (const auto noted = notes.NoteCounted({.up_to = ledger_.seen(), .candidates = candidates});
      !noted) {
    Log(LogLevel::kDebug, noted.error().Message());
  }
  if (joined_) {
    services_.siblings.Attribute(enrolment_->GenerationKey(), ledger_.seen() - before, NowBoot());
  }
  if (!was_open) ledger_.HoldOpenUntil(pace_.Earliest());
  return true;
}

/// By a supervisor that ended before its bundle was written.
void WatchedContainer::CountWhatWasNoted() {
  const auto noted = GenerationNotes(RegistryDir(services_.run_dir), entry_).ReadCounted();
  if (!noted || !Count(noted->up_to, noted->candidates)) return;
  open_.counted_before = true;
  counted_above_ = !noted->candidates.empty();
  open_.candidates = noted->candidates;
  OnKills("adoption", open_.candidates.empty() ? "inferred" : "subtree");
}

/// By how far the log had been read when that much was accounted for; else by how many kills that
/// is.
void WatchedContainer::SkipReportedInLog(std::uint64_t reported) {
  log_after_ = LogReadAt(closed_, ledger_.accounted());
  if (log_after_ == 0) services_.kernel_log.SkipReported(LogQuery(false), reported);
}

/// Its counter was read after the log, and has no kill that is not accounted for. The kernel counts
/// a kill, at every level, before it sends the signal and writes the line of it
/// (__oom_kill_process, mm/oom_kill.c; memcg_memory_event): what the log has by then is told, or is
/// of an earlier life of the same cgroup. On v1 a cgroup counts for itself alone, and one below it
/// that was removed may have taken its count along: there a life says so much that has had none.
void WatchedContainer::SkipOlderInLog(std::uint64_t position) {
  const auto& counted = last_reading_.subtree;
  if (!counted || counted->oom_kill != ledger_.accounted()) return;
  if (enrolment_->cgroup_version == CgroupVersion::kV1) {
    const auto& own = last_reading_.local;
    const auto& before = enrolment_->cgroup.local_events;
    const bool none = own && before && own->oom_kill && own->oom_kill == before->oom_kill;
    if (none) log_own_after_ = position;
    return;
  }
  log_after_ = std::max(log_after_, position);
  if (position != 0) NoteClosed({.up_to = ledger_.accounted(), .log_sequence = position});
}

void WatchedContainer::NoteClosed(const GenerationNotes::Closed& note) {
  AddNote(closed_, note);
  const GenerationNotes notes(RegistryDir(services_.run_dir), entry_);
  if (const auto noted = notes.NoteClosed(closed_); !noted) {
    Log(LogLevel::kDebug, noted.error().Message());
  }
}

}  // namespace headroom
