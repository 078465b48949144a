#include "capture/neighbours.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "base/text.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_limits.h"
#include "kernel/cgroup/memory_stat.h"
#include "kernel/proc/meminfo.h"

namespace headroom {
namespace {

constexpr std::size_t kMostRows = 20;

bool HasProcesses(const CgroupDir& cgroup) {
  const auto text = cgroup.Read("cgroup.procs");
  return text && !Trimmed(*text).empty();
}

/// A user's own manager is a service that has all of the user's units below.
bool IsUnit(std::string_view path) {
  const std::string_view leaf = path.substr(path.rfind('/') + 1);
  return leaf.ends_with(".scope") || (leaf.ends_with(".service") && !leaf.starts_with("user@"));
}

/// Walks breadth first, so that a bound leaves out what lies deep and not what comes late in the
/// alphabet.
class Walk {
 public:
  Walk(const HostView& host, const NeighbourBounds& bounds)
      : host_(host), bounds_(bounds), deadline_(NowBoot() + bounds.longest) {}

  void Below(const CgroupDir& level) {
    for (const std::string& name : NamesIn(level)) {
      if (const auto child = OpenChild(level, name)) Take(*child);
    }
  }

  void WholeHost() {
    // Paths and not open directories, of which there may be more than descriptors.
    std::deque<std::string> open{"/"};
    while (!open.empty() && !over_) {
      const auto cgroup = CgroupDir::Open(host_, open.front());
      open.pop_front();
      if (!cgroup) continue;
      for (const std::string& name : NamesIn(*cgroup)) {
        const auto child = OpenChild(*cgroup, name);
        if (!child) continue;
        if (IsUnit(child->path()) || HasProcesses(*child)) {
          Take(*child);
        } else {
          open.push_back(child->path());
        }
      }
    }
  }

  void Finish(Neighbours& neighbours) {
    neighbours.truncated = truncated_;
    neighbours.total = found_.size();
    std::ranges::stable_sort(found_, [](const Neighbour& left, const Neighbour& right) {
      return left.current.value_or(Bytes{}) > right.current.value_or(Bytes{});
    });
    if (found_.size() > kMostRows) found_.resize(kMostRows);
    neighbours.cgroups = std::move(found_);
    for (Neighbour& row : neighbours.cgroups) AddFigures(row);
  }

 private:
  std::vector<std::string> NamesIn(const CgroupDir& cgroup) {
    const std::size_t most = bounds_.most_directories;
    const std::size_t left = most - std::min(most, looked_at_);
    auto below = cgroup.Children(left);
    if (!below) return {};
    truncated_ = truncated_ || below->more;
    over_ = over_ || (below->more && left == 0);
    return std::move(below->names);
  }

  std::optional<CgroupDir> OpenChild(const CgroupDir& cgroup, const std::string& name) {
    if (++looked_at_ > bounds_.most_directories || NowBoot() > deadline_) over_ = true;
    truncated_ = truncated_ || over_;
    if (over_) return std::nullopt;
    auto child = CgroupDir::Open(host_, cgroup.path() + "/" + name);
    return child ? std::optional(*std::move(child)) : std::nullopt;
  }

  /// Without the memory controller there is nothing to say of it.
  void Take(const CgroupDir& cgroup) {
    const auto current = ReadBytes(cgroup, "memory.current");
    if (current) found_.push_back({.path = cgroup.path(), .current = *current});
  }

  /// Only of those that are told of: memory.stat costs the kernel a flush.
  void AddFigures(Neighbour& row) {
    const auto cgroup = CgroupDir::Open(host_, row.path);
    if (!cgroup) return;
    if (const auto limits = ReadMemoryLimits(*cgroup)) row.max = limits->max;
    if (NowBoot() > deadline_) return;
    const auto stat = ReadMemoryStat(*cgroup);
    if (!stat) return;
    row.anon = stat->anon;
    row.shmem = stat->shmem;
    row.file = stat->file;
  }

  const HostView& host_;
  const NeighbourBounds& bounds_;
  BootTime deadline_;
  std::size_t looked_at_ = 0;
  bool over_ = false;       ///< no more is looked at
  bool truncated_ = false;  ///< not all of them were
  std::vector<Neighbour> found_;
};

}  // namespace

Result<Neighbours> LookAround(const HostView& host, const std::string& level,
                              const NeighbourBounds& bounds) {
  Neighbours neighbours{.level = level, .read_boot = NowBoot()};
  // First of all: reclaim and the death of the victim change it by the millisecond.
  if (const auto meminfo = ReadMeminfo(host)) {
    neighbours.host_available = meminfo->available;
    neighbours.host_free = meminfo->free;
  }
  if (DetectCgroupVersion(host) == CgroupVersion::kMissing) {
    return MakeError(ErrorCode::kNotFound, host.cgroup_root, "is no cgroup tree with memory");
  }
  Walk walk(host, bounds);
  if (level == kHostLevel) {
    walk.WholeHost();
  } else {
    const auto top = CgroupDir::Open(host, level);
    if (!top) return std::unexpected(top.error());
    walk.Below(*top);
  }
  walk.Finish(neighbours);
  neighbours.took =
      std::chrono::duration_cast<std::chrono::microseconds>(NowBoot() - *neighbours.read_boot);
  return neighbours;
}

void MarkNeighbours(Neighbours& neighbours, const std::string& container, const std::string& victim,
                    const std::string& trigger) {
  const auto holds = [](const std::string& row, const std::string& path) {
    return !path.empty() && IsSameOrBelow(path, row);
  };
  for (Neighbour& row : neighbours.cgroups) {
    row.container = holds(row.path, container);
    row.victim = holds(row.path, victim);
    row.trigger = holds(row.path, trigger);
  }
}

}  // namespace headroom
