#include "fuzz/fuzz.h"
#include "kernel/kmsg/oom_log.h"

#include <set>

namespace {

/// What a report may promise whatever the bytes were.
void CheckEvent(const headroom::OomEvent& event) {
  using headroom::Require;
  Require(!event.victims.empty());
  std::set<int> pids;
  for (const headroom::OomVictim& victim : event.victims) {
    Require(pids.insert(victim.pid).second);
    if (const auto rss = victim.Rss()) Require(*rss >= *victim.anon_rss);
  }
  if (event.stat) {
    Require(event.stat->anon.has_value());
    const auto unwritten = event.stat->Unwritten();
    if (unwritten && event.stat->file) Require(*unwritten <= *event.stat->file);
  }
  Require(event.raw.size() <= std::size_t{1} << 20U);
  Require(event.tasks.size() <= 4096);
}

}  // namespace

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto events = ParseOomLog(text);
  for (const OomEvent& event : events) CheckEvent(event);
  // A complete report in front stays as it is.
  const std::string first =
      "4,1,1000,-;init invoked oom-killer: gfp_mask=0x0\n"
      "3,2,1001,-;Memory cgroup out of memory: Killed process 77 (x)\n"
      "4,3,9001001,-;much later\n";
  const auto joined = ParseOomLog(first + std::string(text));
  Require(!joined.empty() && joined.front().victims.size() == 1);
  Require(joined.front().victims.front().pid == 77);
}
