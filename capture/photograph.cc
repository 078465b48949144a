#include "capture/photograph.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/earlier.h"
#include "capture/section.h"
#include "capture/shm_files.h"
#include "evidence/snapshot.h"
#include "kernel/cgroup/memory_events.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLargestSmaps = 4U << 20U;
constexpr std::size_t kLargestSmallFile = 64U << 10U;
constexpr std::size_t kMostSmaps = 8;  ///< processes whose full smaps are read
constexpr std::size_t kMostRollups = 32;
constexpr std::size_t kMostStatus = 64;
/// A sample that holds nothing takes new full smaps only while they cost less than this.
constexpr std::chrono::nanoseconds kCheapSmaps = 20ms;
/// Dearer ones are renewed when they are this old. They are looked at once a second, and a verdict
/// that rests on more than 5 s loses its confidence: so well below that.
constexpr std::chrono::nanoseconds kOldSmaps = 3s;
/// But not before they have rested for so many times what they cost.
constexpr int kRestPerCost = 60;

class Photographer {
 public:
  explicit Photographer(const PhotographRequest& request)
      : request_(request), photograph_(std::make_shared<Photograph>()) {
    photograph_->taken_boot = NowBoot();
    photograph_->taken_wall = NowWall();
  }

  std::shared_ptr<const Photograph> Take() {
    if (request_.counted) {
      const auto events = ReadMemoryEvents(*request_.counted, EventScope::kSubtree);
      if (events) photograph_->kills = events->oom_kill;
    }
    live_ = CollectProcesses(request_.host, *request_.cgroup,
                             {.limit = request_.max.unlimited() ? Bytes{} : request_.max.bytes(),
                              .most = 512,
                              .deadline = EssentialDeadline()});
    photograph_->largest = live_.processes.empty() ? 0 : live_.processes.front().row.id.pid;
    ReadLargest();
    ReadCgroup();
    ReadShm();
    if (request_.hold) request_.hold->Release();
    ReadOthers();
    KeepEarlier();
    Describe();
    return photograph_;
  }

 private:
  [[nodiscard]] BootTime EssentialDeadline() const {
    return request_.hold ? request_.hold->table_deadline() : NowBoot() + 200ms;
  }

  /// Whether full smaps are worth their price now. While nothing is held the walk still takes
  /// mmap_lock of the process, so a large one is read seldom.
  [[nodiscard]] bool WantsFullSmaps() const {
    const auto& previous = request_.previous;
    if (request_.hold || !previous || previous->largest != photograph_->largest) return true;
    if (previous->smaps_cost < kCheapSmaps) return true;
    return NowBoot() - previous->smaps_at >
           std::max<BootTime>(kOldSmaps, kRestPerCost * previous->smaps_cost);
  }

  void ReadLargest() {
    if (live_.processes.empty()) return;
    const std::size_t count = std::min(kMostSmaps, live_.processes.size());
    if (!WantsFullSmaps()) {
      KeepPreviousSmaps();
      AddRollup(live_.processes.front());
      return;
    }
    const BootTime start = NowBoot();
    for (std::size_t i = 0; i < count; ++i) {
      // After the first, the rest only while much of the budget is left.
      if (i > 0 && NowBoot() > EssentialDeadline()) break;
      AddSmaps(live_.processes[i]);
      if (i == 0) {
        photograph_->smaps_at = NowBoot();
        photograph_->smaps_cost = photograph_->smaps_at - start;
      }
      smaps_read_ = i + 1;
    }
  }

  void KeepPreviousSmaps() {
    for (const Section& section : request_.previous->sections) {
      if (section.row.section.starts_with("before/smaps/"))
        photograph_->sections.push_back(section);
    }
    photograph_->smaps_at = request_.previous->smaps_at;
    photograph_->smaps_cost = request_.previous->smaps_cost;
    smaps_read_ = kMostSmaps;
  }

  void AddSmaps(const LiveProcess& process) {
    Section section =
        ReadProcessSection(request_.host, process.row.id, "smaps",
                           fmt::format("before/smaps/{}", process.row.id.pid), kLargestSmaps);
    if (section.row.outcome == Outcome::kComplete && section.bytes.empty()) {
      section.row.outcome = Outcome::kTooLate;
      section.row.reason = "the process had given up its memory before it was read";
    }
    if (request_.hold && request_.hold->overdue() && section.row.outcome == Outcome::kComplete) {
      section.row.outcome = Outcome::kPartial;
      section.row.reason = "the hold was lifted at its deadline while this was read";
    }
    photograph_->sections.push_back(std::move(section));
  }

  void AddRollup(const LiveProcess& process) {
    photograph_->sections.push_back(ReadProcessSection(
        request_.host, process.row.id, "smaps_rollup",
        fmt::format("before/smaps_rollup/{}", process.row.id.pid), kLargestSmallFile));
  }

  void ReadCgroup() {
    for (const char* file : {"memory.stat", "memory.current", "memory.events",
                             "memory.swap.current", "memory.pressure"}) {
      photograph_->sections.push_back(
          ReadCgroupSection(*request_.cgroup, file, fmt::format("before/{}", file)));
    }
  }

  void ReadShm() {
    const ProcessId from = ShmFrom();
    photograph_->sections.push_back(MakeSection("before/shm.json", [&]() -> Result<std::string> {
      if (from.pid == 0)
        return MakeError(ErrorCode::kGone, "/dev/shm", "no process is left to look from");
      const auto listing = ListShmFiles(request_.host, from.pid, NowBoot() + 30ms);
      if (!listing) return std::unexpected(listing.error());
      if (!IsNobodyElse(request_.host, from)) {
        return MakeError(ErrorCode::kGone, "/dev/shm",
                         "the process that was looked from has ended");
      }
      return SerializeShm(*listing);
    }));
  }

  [[nodiscard]] ProcessId ShmFrom() const {
    if (request_.init.pid != 0) return request_.init;
    return live_.processes.empty() ? ProcessId{} : live_.processes.front().row.id;
  }

  void ReadOthers() {
    for (std::size_t i = smaps_read_; i < std::min(kMostSmaps, live_.processes.size()); ++i) {
      AddSmaps(live_.processes[i]);
    }
    for (std::size_t i = kMostSmaps; i < std::min(kMostRollups, live_.processes.size()); ++i) {
      AddRollup(live_.processes[i]);
    }
    for (std::size_t i = 0; i < std::min(kMostStatus, live_.processes.size()); ++i) {
      const LiveProcess& process = live_.processes[i];
      Section section =
          TextSection(fmt::format("before/status/{}", process.row.id.pid), process.status_text);
      section.row.captured_boot = process.row.read_boot;
      photograph_->sections.push_back(std::move(section));
    }
  }

  void KeepEarlier() {
    if (live_.processes.empty()) return;
    photograph_->earlier = EarlierMapOf(request_.previous.get(), live_.processes.front().row.id,
                                        photograph_->smaps_at);
    if (!photograph_->earlier) return;
    Section section =
        TextSection("before/earlier.json", SerializeEarlierMap(*photograph_->earlier));
    section.row.captured_boot = photograph_->earlier->taken;
    photograph_->sections.push_back(std::move(section));
  }

  void Describe() {
    for (const LiveProcess& process : live_.processes) {
      photograph_->processes.push_back(process.row.id);
    }
    photograph_->sections.push_back(
        TextSection("before/processes.json", SerializeProcesses(live_.Table())));
    photograph_->sections.push_back(TextSection("before/snapshot.json", Description()));
    for (Section& section : photograph_->sections) {
      // The moment that the whole is dated by; a row of its own keeps its own, later moment.
      if (!section.row.captured_boot) section.row.captured_boot = photograph_->taken_boot;
    }
  }

  [[nodiscard]] std::string Description() const {
    const auto& hold = request_.hold;
    Snapshot about{.taken_boot = photograph_->taken_boot,
                   .taken_wall = photograph_->taken_wall,
                   .trigger = request_.trigger,
                   .cgroup = request_.cgroup->path(),
                   .memory_max = request_.max,
                   .unreclaimable = request_.unreclaimable,
                   .lifted_by = "not held",
                   .processes_total = live_.total,
                   .processes_with_smaps = CompleteSmaps()};
    if (request_.high.value != 0) about.memory_high = Limit(request_.high);
    if (hold) {
      about.lifted_by = hold->overdue() ? "deadline" : "snapshot done";
      if (const auto held = hold->held_for()) {
        about.held = std::chrono::duration_cast<std::chrono::microseconds>(*held);
      }
    }
    return SerializeSnapshot(about);
  }

  [[nodiscard]] std::uint64_t CompleteSmaps() const {
    const auto count = std::count_if(photograph_->sections.begin(), photograph_->sections.end(),
                                     [](const Section& section) {
                                       return section.row.section.starts_with("before/smaps/") &&
                                              section.row.outcome == Outcome::kComplete;
                                     });
    return static_cast<std::uint64_t>(count);
  }

  const PhotographRequest& request_;
  std::shared_ptr<Photograph> photograph_;
  LiveProcesses live_;
  std::size_t smaps_read_ = 0;
};

}  // namespace

std::shared_ptr<const Photograph> TakePhotograph(const PhotographRequest& request) {
  return Photographer(request).Take();
}

}  // namespace headroom
