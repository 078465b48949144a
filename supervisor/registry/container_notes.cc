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

/// By what the incident that was reported last had read of the log; else by how many kills it was
/// up to.
void WatchedContainer::SkipReportedInLog(std::uint64_t reported) {
  const auto last =
      std::ranges::find(closed_, ledger_.accounted(), &GenerationNotes::Closed::up_to);
  if (last == closed_.end() || last->log_sequence == 0) {
    services_.kernel_log.SkipReported(LogQuery(false), reported);
  } else {
    services_.kernel_log.SkipUpTo(LogQuery(false), last->log_sequence);
  }
}

void WatchedContainer::NoteClosed(std::uint64_t up_to) {
  constexpr std::size_t kMostNoted = 16;  // more than may wait for the store
  const bool read = services_.kernel_log.unavailable().empty();
  closed_.push_back(
      {.up_to = up_to, .log_sequence = read ? services_.kernel_log.position() : std::uint64_t{0}});
  if (closed_.size() > kMostNoted) closed_.erase(closed_.begin());
  const GenerationNotes notes(RegistryDir(services_.run_dir), entry_);
  if (const auto noted = notes.NoteClosed(closed_); !noted) {
    Log(LogLevel::kDebug, noted.error().Message());
  }
}

}  // namespace headroom
