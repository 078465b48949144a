#include "supervisor/incident/outbox.h"

#include <fmt/format.h>

#include <utility>

#include "supervisor/incident/around_sections.h"
#include "supervisor/incident/evidence_size.h"

namespace headroom {
namespace {

void GiveUp(Section& section, const std::string& why) {
  section.bytes = std::string();  // clear() would keep its memory
  section.row.outcome = Outcome::kUnavailable;
  section.row.reason = why;
}

std::string WhyGivenUp(Bytes most) {
  return fmt::format(
      "given up: the incidents that wait for the store to take them hold {} already, the most that "
      "headroomd keeps",
      ToText(most));
}

/// Leaves who it was, what was counted, and the kernel's own words.
void Reduce(CapturedIncident& incident, Bytes most) {
  const std::string why = WhyGivenUp(most);
  if (incident.photograph) incident.why_no_photograph = why;
  incident.photograph.reset();
  if (incident.shm) GiveUp(*incident.shm, why);
  for (Section& section : incident.live) GiveUp(section, why);
}

}  // namespace

void Outbox::Add(CapturedIncident incident) {
  auto share = budget_.Take(MemoryOf(incident));
  if (!share) {
    Reduce(incident, budget_.most());
    share = budget_.TakeAnyway(MemoryOf(incident));
  }
  waiting_.push_back({.incident = std::move(incident), .share = std::move(*share)});
}

const CapturedIncident* Outbox::Next() {
  if (waiting_.empty() || std::exchange(under_way_, true)) return nullptr;
  return &waiting_.front().incident;
}

void Outbox::OnWritten(bool written, std::shared_ptr<const std::vector<Section>> around) {
  if (!std::exchange(under_way_, false)) return;
  if (written) {
    waiting_.pop_front();
  } else if (around && !waiting_.front().incident.around) {
    KeepAround(waiting_.front(), std::move(around));
  }
}

/// What the recorder had is in it.
void Outbox::KeepAround(Waiting& waiting, std::shared_ptr<const std::vector<Section>> around) {
  CapturedIncident& incident = waiting.incident;
  incident.around = std::move(around);
  incident.recording.reset();
  waiting.share = MemoryBudget::Share();
  auto share = budget_.Take(MemoryOf(incident));
  if (!share) {
    incident.around = LeastOfAround(*incident.around, WhyGivenUp(budget_.most()));
    share = budget_.TakeAnyway(MemoryOf(incident));
  }
  waiting.share = std::move(*share);
}

std::deque<CapturedIncident> Outbox::TakeWaiting() {
  if (std::exchange(under_way_, false)) waiting_.pop_front();
  std::deque<CapturedIncident> rest;
  for (Waiting& waiting : waiting_) rest.push_back(std::move(waiting.incident));
  waiting_.clear();
  return rest;
}

}  // namespace headroom
