#include "capture/process_table.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "base/text.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

constexpr std::size_t kLargestProcFile = 65536;
constexpr int kDeepestCgroup = 16;

struct Member {
  int pid = 0;
  std::string cgroup;
};

/// Lists processes level by level, so that a bound leaves out what lies deep. Once.
class MemberList {
 public:
  MemberList(const HostView& host, const ProcessBounds& bounds) : host_(host), bounds_(bounds) {}

  void AddAll(const CgroupDir& root) {
    Add(root, 0);
    while (!waiting_.empty()) {
      if (listed_ >= kListedAtLeast && NowBoot() > bounds_.deadline) {
        truncated_ = true;
        return;
      }
      const Level next = std::move(waiting_.front());
      waiting_.pop_front();
      if (const auto cgroup = CgroupDir::Open(host_, next.path)) Add(*cgroup, next.depth);
    }
  }

  [[nodiscard]] bool truncated() const { return truncated_; }
  [[nodiscard]] std::vector<Member> Take() { return std::move(members_); }

 private:
  struct Level {
    std::string path;
    int depth = 0;
  };

  void Add(const CgroupDir& cgroup, int depth) {
    ++listed_;
    if (const auto text = cgroup.Read("cgroup.procs")) {
      if (const auto pids = ParseCgroupProcs(*text)) {
        for (const int pid : *pids) members_.push_back({.pid = pid, .cgroup = cgroup.path()});
      }
    }
    const std::size_t taken = listed_ + waiting_.size();
    const std::size_t room = bounds_.most_cgroups - std::min(bounds_.most_cgroups, taken);
    const auto below = cgroup.Children(depth >= kDeepestCgroup ? 0 : room);
    if (!below) return;
    truncated_ = truncated_ || below->more;
    for (const std::string& name : below->names) {
      waiting_.push_back({.path = cgroup.path() + "/" + name, .depth = depth + 1});
    }
  }

  const HostView& host_;
  const ProcessBounds& bounds_;
  std::deque<Level> waiting_;  ///< paths, of which there may be more than descriptors
  std::size_t listed_ = 0;
  bool truncated_ = false;
  std::vector<Member> members_;
};

std::optional<std::int64_t> ReadScoreAdjustment(const HostView& host, pid_t pid) {
  const auto text = ReadProcessFile(host, pid, "oom_score_adj", kLargestProcFile);
  if (!text) return std::nullopt;
  return ParseInt64(Trimmed(*text));
}

std::optional<LiveProcess> ReadLiveProcess(const HostView& host, const Member& member) {
  auto stat = ReadProcessStat(host, member.pid);
  if (!stat) return std::nullopt;
  auto text = ReadProcessFile(host, member.pid, "status", kLargestProcFile);
  if (!text) return std::nullopt;
  const auto status = ParseProcessStatus(*text);
  if (!status) return std::nullopt;
  return LiveProcess{.row = {.id = stat->id,
                             .parent = stat->parent,
                             .comm = std::move(stat->comm),
                             .uid = status->uid,
                             .threads = status->threads,
                             .state = std::string(1, stat->state),
                             .rss = status->vm_rss,
                             .rss_anon = status->rss_anon,
                             .rss_file = status->rss_file,
                             .rss_shmem = status->rss_shmem,
                             .swap = status->vm_swap,
                             .page_tables = status->vm_pte,
                             .oom_score_adj = ReadScoreAdjustment(host, member.pid),
                             .cgroup = member.cgroup,
                             .read_boot = NowBoot()},
                     .status_text = std::move(*text)};
}

}  // namespace

std::uint64_t Badness(const ProcessRow& row, Bytes limit) {
  constexpr std::int64_t kNeverKilled = -1000;
  const std::int64_t adjustment = row.oom_score_adj.value_or(0);
  if (adjustment == kNeverKilled) return 0;
  const Bytes held =
      row.rss.value_or(Bytes{}) + row.swap.value_or(Bytes{}) + row.page_tables.value_or(Bytes{});
  const auto thousandth = static_cast<std::int64_t>(limit.value / 1000);
  const std::int64_t badness = static_cast<std::int64_t>(held.value) + adjustment * thousandth;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(1, badness));
}

LiveProcesses CollectProcesses(const HostView& host, const CgroupDir& cgroup,
                               const ProcessBounds& bounds) {
  MemberList list(host, bounds);
  list.AddAll(cgroup);
  std::vector<Member> members = list.Take();
  // A process that moves between cgroups while they are listed appears in both.
  std::stable_sort(members.begin(), members.end(),
                   [](const Member& left, const Member& right) { return left.pid < right.pid; });
  members.erase(
      std::unique(members.begin(), members.end(),
                  [](const Member& left, const Member& right) { return left.pid == right.pid; }),
      members.end());
  LiveProcesses live{.total = members.size(), .truncated = list.truncated()};
  for (const Member& member : members) {
    const std::size_t read = live.processes.size();
    if (read >= bounds.most || (read >= kReadAtLeast && NowBoot() > bounds.deadline)) {
      live.truncated = true;
      break;
    }
    if (auto process = ReadLiveProcess(host, member)) live.processes.push_back(std::move(*process));
  }
  std::stable_sort(live.processes.begin(), live.processes.end(),
                   [&](const LiveProcess& left, const LiveProcess& right) {
                     return Badness(left.row, bounds.limit) > Badness(right.row, bounds.limit);
                   });
  return live;
}

ProcessTable LiveProcesses::Table() const {
  ProcessTable table{.total = total, .truncated = truncated};
  for (const LiveProcess& process : processes) table.processes.push_back(process.row);
  return table;
}

}  // namespace headroom
