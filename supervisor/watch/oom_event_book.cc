#include "supervisor/watch/oom_event_book.h"

#include <algorithm>
#include <utility>

#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {
namespace {

constexpr std::size_t kMostEvents = 1024;
/// The lines of one kill come within a millisecond or two; after this long it has said all.
constexpr std::chrono::milliseconds kSettle{30};

bool IsSettled(const OomEvent& event, std::chrono::microseconds now) {
  const auto age = now - event.victims.back().since_boot;
  return age >= (event.group_kill ? OomLogAssembler::kLongestGapAfterKill : kSettle);
}

std::size_t VictimsOf(const OomEvent* event) {
  return event == nullptr ? 0 : event->victims.size();
}

}  // namespace

bool Concerns(const OomEvent& event, const std::string& cgroup, const std::set<int>& processes) {
  if (cgroup.empty() || cgroup == "/") return false;  // no cgroup of its own: nothing is below it
  if (event.task_memcg) return IsSameOrBelow(*event.task_memcg, cgroup);
  if (event.group_memcg) return IsSameOrBelow(*event.group_memcg, cgroup);
  return !event.victims.empty() &&
         std::all_of(event.victims.begin(), event.victims.end(),
                     [&](const OomVictim& victim) { return processes.contains(victim.pid); });
}

bool OomEventBook::Add(const KmsgRecord& record) {
  const std::size_t before = VictimsOf(assembler_.pending());
  auto complete = assembler_.Add(record);
  const bool is_new = complete.has_value();
  if (complete) Keep(*std::move(complete));
  return VictimsOf(assembler_.pending()) > (is_new ? 0 : before);
}

void OomEventBook::Keep(OomEvent event) {
  events_.push_back(
      {.event = std::move(event), .consumed = std::exchange(newest_consumed_, false)});
  if (events_.size() > kMostEvents) events_.pop_front();
}

bool OomEventBook::Matches(const OomEvent& event, bool consumed, const Query& query) {
  if (consumed && !query.reported_too) return false;
  if (event.since_boot < query.since || event.since_boot > query.until) return false;
  return Concerns(event, query.cgroup, query.processes);
}

void OomEventBook::SkipReported(const Query& query, std::size_t victims) {
  const auto skip = [&](const OomEvent& event, bool& consumed) {
    if (victims == 0 || !Matches(event, consumed, query)) return;
    consumed = true;
    victims -= std::min(victims, event.victims.size());
  };
  for (Kept& kept : events_) skip(kept.event, kept.consumed);
  const OomEvent* newest = assembler_.pending();
  if (VictimsOf(newest) > 0) skip(*newest, newest_consumed_);
}

std::vector<OomEvent> OomEventBook::Find(const Query& query, std::chrono::microseconds now) {
  std::vector<OomEvent> found;
  const auto take = [&](const OomEvent& event, bool& consumed) {
    if (!Matches(event, consumed, query)) return;
    consumed = consumed || query.consume;
    found.push_back(event);
  };
  for (Kept& kept : events_) take(kept.event, kept.consumed);
  const OomEvent* newest = assembler_.pending();
  if (VictimsOf(newest) == 0) return found;
  if (query.consume || query.cannot_wait || IsSettled(*newest, now)) {
    take(*newest, newest_consumed_);
  }
  return found;
}

}  // namespace headroom
