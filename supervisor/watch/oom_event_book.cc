#include "supervisor/watch/oom_event_book.h"

#include <algorithm>
#include <utility>

#include "capture/neighbours.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {
namespace {

constexpr std::size_t kMostEvents = 1024;
constexpr std::size_t kMostBytes = std::size_t{32} << 20U;
/// The lines of one kill come within a millisecond or two; after this long it has said all.
constexpr std::chrono::milliseconds kSettle{30};

bool IsSettled(const OomEvent& event, std::chrono::microseconds now) {
  const auto age = now - event.victims.back().since_boot;
  return age >= (event.group_kill ? OomLogAssembler::kLongestGapAfterKill : kSettle);
}

std::size_t BytesOf(const OomEvent& event) {
  return sizeof event + event.raw.size() + event.tasks.size() * sizeof(OomTask) +
         event.victims.size() * sizeof(OomVictim);
}

std::size_t VictimsOf(const OomEvent* event) {
  return event == nullptr ? 0 : event->victims.size();
}

/// Where a level above was killed as a group, only the processes that are known to be of the cgroup
/// are.
bool IsOf(const OomEvent& event, const OomVictim& victim, const OomEventBook::Query& query) {
  if (!event.group_memcg || IsSameOrBelow(*event.group_memcg, query.cgroup)) return true;
  // It began with the one that was chosen, which is the one whose cgroup is stated.
  const bool first = event.task_memcg && IsSameOrBelow(*event.task_memcg, query.cgroup);
  return (first && &victim == &event.victims.front()) || query.processes.contains(victim.pid);
}

/// By the first of its victims that are known to be of the cgroup, if any are.
bool IsTold(const OomEvent& event, const OomEventBook::Query& query) {
  const bool own = event.task_memcg == query.cgroup && !event.group_memcg;
  const std::uint64_t told = own ? std::max(query.after, query.own_after) : query.after;
  if (told == 0) return false;
  const auto first = std::ranges::find_if(
      event.victims, [&](const OomVictim& victim) { return IsOf(event, victim, query); });
  return (first == event.victims.end() ? event.victims.front() : *first).sequence <= told;
}

}  // namespace

bool Concerns(const OomEvent& event, const std::string& cgroup, const std::set<int>& processes) {
  if (cgroup.empty() || cgroup == "/") return false;  // no cgroup of its own: nothing is below it
  // Everything below a level that is killed as a group dies, whoever it began with.
  if (event.group_memcg && IsSameOrBelow(cgroup, *event.group_memcg)) return true;
  if (event.task_memcg) return IsSameOrBelow(*event.task_memcg, cgroup);
  if (event.group_memcg) return IsSameOrBelow(*event.group_memcg, cgroup);
  return !event.victims.empty() &&
         std::all_of(event.victims.begin(), event.victims.end(),
                     [&](const OomVictim& victim) { return processes.contains(victim.pid); });
}

std::uint64_t KillsIn(const OomEvent& event, const OomEventBook::Query& query) {
  std::uint64_t kills = 0;
  for (const OomVictim& victim : event.victims) {
    if (IsOf(event, victim, query)) kills += victim.times;
  }
  return kills;
}

bool OomEventBook::Add(const KmsgRecord& record) {
  position_ = record.sequence;
  const std::size_t before = VictimsOf(assembler_.pending());
  auto complete = assembler_.Add(record);
  const bool is_new = complete.has_value();
  if (complete) Keep(*std::move(complete));
  return VictimsOf(assembler_.pending()) > (is_new ? 0 : before);
}

void OomEventBook::OnLoss() {
  if (auto complete = assembler_.OnLoss()) Keep(*std::move(complete));
}

void OomEventBook::Keep(OomEvent event) {
  bytes_ += BytesOf(event);
  events_.push_back({.event = std::move(event), .claims = std::exchange(newest_claims_, Claims())});
  while (events_.size() > kMostEvents || (bytes_ > kMostBytes && events_.size() > 1)) {
    bytes_ -= BytesOf(events_.front().event);
    events_.pop_front();
  }
}

bool OomEventBook::Matches(const OomEvent& event, const Claims& claims, const Query& query) {
  if (event.victims.empty() || claims.contains(query.cgroup)) return false;
  if (event.since_boot < query.since || event.since_boot > query.until) return false;
  return Concerns(event, query.cgroup, query.processes) && !IsTold(event, query);
}

std::uint64_t OomEventBook::UnclaimedKills(const Query& query) const {
  std::uint64_t kills = 0;
  const auto count = [&](const OomEvent& event, const Claims& claims) {
    if (Matches(event, claims, query)) kills += KillsIn(event, query);
  };
  for (const Kept& kept : events_) count(kept.event, kept.claims);
  if (const OomEvent* newest = assembler_.pending()) count(*newest, newest_claims_);
  return kills;
}

std::optional<std::string> OomEventBook::LimitMet(const Query& query) const {
  const auto level_of = [](const OomEvent& event) {
    return event.global ? std::optional<std::string>(kHostLevel) : event.oom_memcg;
  };
  const OomEvent* newest = assembler_.pending();
  if (newest != nullptr && Matches(*newest, newest_claims_, query)) return level_of(*newest);
  const auto found = std::find_if(events_.rbegin(), events_.rend(), [&](const Kept& kept) {
    return Matches(kept.event, kept.claims, query);
  });
  return found == events_.rend() ? std::nullopt : level_of(found->event);
}

std::uint64_t OomEventBook::KillsElsewhere(const std::string& level,
                                           std::chrono::microseconds since,
                                           const std::set<std::string>& members) const {
  std::uint64_t kills = 0;
  const auto count = [&](const OomEvent& event) {
    if (event.since_boot < since || !event.task_memcg) return;
    if (!IsSameOrBelow(*event.task_memcg, level)) return;
    const bool of_a_member = std::ranges::any_of(
        members, [&](const std::string& member) { return Concerns(event, member, {}); });
    if (of_a_member) return;
    for (const OomVictim& victim : event.victims) kills += victim.times;
  };
  for (const Kept& kept : events_) count(kept.event);
  if (const OomEvent* newest = assembler_.pending()) count(*newest);
  return kills;
}

void OomEventBook::SkipReported(const Query& query, std::uint64_t kills) {
  const auto skip = [&](const OomEvent& event, Claims& claims) {
    if (kills == 0 || !Matches(event, claims, query)) return;
    claims.insert(query.cgroup);
    kills -= std::min(kills, KillsIn(event, query));
  };
  for (Kept& kept : events_) skip(kept.event, kept.claims);
  if (const OomEvent* newest = assembler_.pending()) skip(*newest, newest_claims_);
}

std::vector<OomEvent> OomEventBook::Find(const Query& query, std::chrono::microseconds now) {
  std::vector<OomEvent> found;
  const auto take = [&](const OomEvent& event, Claims& claims) {
    if (!Matches(event, claims, query)) return;
    if (query.consume) claims.insert(query.cgroup);
    found.push_back(event);
  };
  for (Kept& kept : events_) take(kept.event, kept.claims);
  const OomEvent* newest = assembler_.pending();
  if (VictimsOf(newest) == 0) return found;
  if (query.consume || IsSettled(*newest, now)) take(*newest, newest_claims_);
  return found;
}

}  // namespace headroom
