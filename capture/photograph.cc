#include "capture/photograph.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/cgroup_sections.h"
#include "capture/earlier.h"
#include "capture/process_details.h"
#include "capture/section.h"
#include "capture/shared_census.h"
#include "capture/shm_files.h"
#include "evidence/section_name.h"
#include "evidence/snapshot.h"
#include "kernel/cgroup/memory_events.h"
#include "kernel/cgroup/memory_stat_v1.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLargestSmaps = 4U << 20U;
constexpr std::size_t kLargestSmallFile = 64U << 10U;
/// Of one process: a map of hundreds of thousands of mappings takes the kernel seconds.
constexpr std::chrono::nanoseconds kLongestSmaps = 1s;
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
/// All that is read of the other processes once nothing is held: who is held next waits for the
/// thread that reads it.
constexpr std::chrono::nanoseconds kOthersBudget = 1s;
/// What is good to know and reads many small files: nothing is held, but the next one waits.
constexpr std::chrono::nanoseconds kDetailsBudget = 150ms;

class Photographer {
 public:
  explicit Photographer(const PhotographRequest& request)
      : request_(request), photograph_(std::make_shared<Photograph>()), census_(request.host) {
    photograph_->taken_boot = NowBoot();
    photograph_->taken_wall = NowWall();
  }

  /// What takes the kernel no time comes before the map of the largest, which may take seconds: so
  /// that it is of the container that lives.
  std::shared_ptr<const Photograph> Take() {
    if (request_.hold) request_.hold->StandStill();
    photograph_->kills = CountedKills();
    live_ = CollectProcesses(request_.host, *request_.cgroup,
                             {.limit = request_.max.unlimited() ? Bytes{} : request_.max.bytes(),
                              .most = 512,
                              .deadline = EssentialDeadline()});
    photograph_->largest = live_.processes.empty() ? 0 : live_.processes.front().row.id.pid;
    ReadCgroup();
    ReadShm();
    ReadLargest();
    ReadSharedEarly();
    if (request_.hold) request_.hold->Release();
    HandOutEssential();
    ReadOthers();
    ReadDetails();
    ReadTmpfs();
    KeepEarlier();
    Describe(*photograph_);
    return photograph_;
  }

 private:
  /// What the container's own counter says; nullopt: there is none to read.
  [[nodiscard]] std::optional<std::uint64_t> CountedKills() const {
    if (!request_.counted) return std::nullopt;
    const auto events = ReadMemoryEvents(*request_.counted, EventScope::kSubtree);
    return events ? events->oom_kill : std::nullopt;
  }

  /// A copy, as the rest goes on to be read into the original.
  void HandOutEssential() {
    if (!request_.on_essential) return;
    auto essential = std::make_shared<Photograph>(*photograph_);
    Describe(*essential);
    for (const std::string_view name : kBundleSections) {
      if (!name.starts_with("before/") || IsTold(*essential, name)) continue;
      essential->sections.push_back(
          AbsentSection(std::string(name), Outcome::kTooLate,
                        "the photograph had not come to it when the bundle was put together"));
    }
    request_.on_essential(std::move(essential));
  }

  /// Whether it has that section, or a file in the folder of that name.
  static bool IsTold(const Photograph& photograph, std::string_view name) {
    return std::ranges::any_of(photograph.sections, [&](const Section& section) {
      const std::string& own = section.row.section;
      return own == name || own.starts_with(std::string(name) + "/");
    });
  }

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
      AddRollup(live_.processes.front(), NowBoot() + kLongestSmaps);
      return;
    }
    const BootTime start = NowBoot();
    const BootTime rest_until = EssentialDeadline();
    for (std::size_t i = 0; i < count; ++i) {
      // After the first, the rest only while much of the budget is left.
      if (i > 0 && NowBoot() > rest_until) break;
      AddSmaps(live_.processes[i], start + kLongestSmaps);
      if (i == 0) {
        photograph_->smaps_at = NowBoot();
        photograph_->smaps_cost = photograph_->smaps_at - start;
        photograph_->disturbed |= !IsWhole(request_.host, live_.processes[i].row.id);
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
    smaps_are_new_ = false;
  }

  [[nodiscard]] Section ReadUntil(BootTime deadline, const LiveProcess& process,
                                  const std::string& file, std::size_t max_bytes) const {
    const std::string name = fmt::format("before/{}/{}", file, process.row.id.pid);
    if (NowBoot() > deadline) {
      return AbsentSection(name, Outcome::kTooLate,
                           "the time for what is read once nothing is held was over before it");
    }
    return ReadProcessSection(request_.host, process.row.id, file, name, max_bytes, deadline);
  }

  void AddSmaps(const LiveProcess& process, BootTime deadline) {
    Section section =
        ReadUntil(std::min(deadline, NowBoot() + kLongestSmaps), process, "smaps", kLargestSmaps);
    if (section.row.outcome == Outcome::kComplete && section.bytes.empty()) {
      section.row.outcome = Outcome::kTooLate;
      section.row.reason = "the process had given up its memory before it was read";
    }
    if (section.row.outcome == Outcome::kComplete && !IsWhole(request_.host, process.row.id)) {
      section.row.outcome = Outcome::kPartial;
      section.row.reason = "the process was dying while this was read";
    }
    if (request_.hold && request_.hold->overdue() && section.row.outcome == Outcome::kComplete) {
      section.row.outcome = Outcome::kPartial;
      section.row.reason = "the hold was lifted at its deadline while this was read";
    }
    photograph_->sections.push_back(std::move(section));
  }

  /// A map that is too long to be kept whole does not add up: the kernel does it then.
  void AddRollupOfCut(BootTime deadline) {
    if (live_.processes.empty() || !smaps_are_new_) return;
    const Section* smaps = Find(fmt::format("before/smaps/{}", live_.processes.front().row.id.pid));
    if (smaps != nullptr && smaps->row.outcome == Outcome::kPartial)
      AddRollup(live_.processes.front(), deadline);
  }

  void AddRollup(const LiveProcess& process, BootTime deadline) {
    photograph_->sections.push_back(
        ReadUntil(deadline, process, "smaps_rollup", kLargestSmallFile));
  }

  void ReadCgroup() {
    for (Section& section : ReadPhotographSections(request_.host, *request_.cgroup)) {
      photograph_->sections.push_back(std::move(section));
    }
    // The counter rises before the signal is sent: where it did not, nobody was dying meanwhile.
    if (CountedKills() == photograph_->kills) return;
    photograph_->disturbed = true;
    DropCgroup();
  }

  /// Figures of a cgroup whose processes are dying say nothing of what it held.
  void DropCgroup() {
    for (Section& section : photograph_->sections) {
      section = AbsentSection(section.row.section, Outcome::kTooLate,
                              "a process was killed before or while it was read");
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

  /// What the largest still lacks comes first: the rest may take all the time that there is.
  void ReadOthers() {
    const BootTime deadline = NowBoot() + kOthersBudget;
    AddRollupOfCut(deadline);
    for (std::size_t i = smaps_read_; i < std::min(kMostSmaps, live_.processes.size()); ++i) {
      AddSmaps(live_.processes[i], deadline);
    }
    for (std::size_t i = kMostSmaps; i < std::min(kMostRollups, live_.processes.size()); ++i) {
      AddRollup(live_.processes[i], deadline);
    }
    AddStatus();
  }

  void AddStatus() {
    for (std::size_t i = 0; i < std::min(kMostStatus, live_.processes.size()); ++i) {
      const LiveProcess& process = live_.processes[i];
      Section section =
          TextSection(fmt::format("before/status/{}", process.row.id.pid), process.status_text);
      section.row.captured_boot = process.row.read_boot;
      photograph_->sections.push_back(std::move(section));
    }
  }

  /// Where much is shared memory, its owner is what the photograph is for, and may be dead a moment
  /// after the lift.
  void ReadSharedEarly() {
    constexpr std::size_t kMostLookedAt = 32;
    const Section* text = Find("before/memory.stat");
    const auto stat = ParseMemoryStatOfAny(text == nullptr ? "" : text->bytes);
    if (!stat || !stat->shmem || !stat->anon) return;
    if (Share(*stat->shmem, *stat->anon + *stat->shmem) < 0.1) return;
    much_is_shared_ = true;
    const BootTime deadline = EssentialDeadline();
    for (std::size_t i = 0; i < std::min(kMostLookedAt, live_.processes.size()); ++i) {
      census_.AddDescriptors(live_.processes[i].row, deadline);
    }
    if (NowBoot() < deadline) ReadTmpfs();
  }

  /// What belongs to no single file of a directory, and what each process has besides.
  void ReadDetails() {
    const BootTime deadline = NowBoot() + kDetailsBudget;
    const bool cheap = smaps_are_new_ && photograph_->smaps_cost < kCheapSmaps;
    AddDetails(request_.host, live_, census_, cheap ? Nodes::kOfLargest : Nodes::kNo, deadline);
    for (std::size_t i = 0; i < std::min(kMostRollups, live_.processes.size()); ++i) {
      AddTotals(live_.processes[i].row);
    }
    photograph_->sections.push_back(
        TextSection("before/shared_memory.json", SerializeSharedMemory(census_.Take())));
  }

  void AddTotals(ProcessRow& row) {
    const Section* smaps = Find(fmt::format("before/smaps/{}", row.id.pid));
    const Section* rollup = Find(fmt::format("before/smaps_rollup/{}", row.id.pid));
    // Those that were kept are read through once more only for whom shared memory belongs to.
    if (smaps != nullptr && (smaps_are_new_ || much_is_shared_)) {
      // Older ones say what is shared, but not how much this process has by now.
      const bool complete = smaps_are_new_ && smaps->row.outcome == Outcome::kComplete;
      AddSmapsTotals(smaps->bytes, complete, row, census_);
    }
    if (rollup != nullptr) AddRollupTotals(rollup->bytes, row);
  }

  [[nodiscard]] const Section* Find(const std::string& name) const {
    const auto found = std::ranges::find_if(
        photograph_->sections, [&](const Section& s) { return s.row.section == name; });
    return found == photograph_->sections.end() ? nullptr : &*found;
  }

  void ReadTmpfs() {
    if (Find("before/tmpfs.json") != nullptr) return;  // early
    const ProcessId from = ShmFrom();
    photograph_->sections.push_back(MakeSection("before/tmpfs.json", [&]() -> Result<std::string> {
      if (from.pid == 0)
        return MakeError(ErrorCode::kGone, "tmpfs", "no process is left to look from");
      const auto table = ListTmpfsMounts(request_.host, from.pid, NowBoot() + 50ms);
      if (!table) return std::unexpected(table.error());
      if (!IsNobodyElse(request_.host, from)) {
        return MakeError(ErrorCode::kGone, "tmpfs", "the process that was looked from has ended");
      }
      return SerializeTmpfs(*table);
    }));
  }

  void KeepEarlier() {
    constexpr const char* kName = "before/earlier.json";
    if (!live_.processes.empty()) {
      photograph_->earlier = EarlierMapOf(request_.previous.get(), live_.processes.front().row.id,
                                          photograph_->smaps_at);
    }
    if (!photograph_->earlier) {
      photograph_->sections.push_back(
          AbsentSection(kName, Outcome::kUnavailable,
                        "no whole map of the largest process was read a second or more before"));
      return;
    }
    Section section = TextSection(kName, SerializeEarlierMap(*photograph_->earlier));
    section.row.captured_boot = photograph_->earlier->taken;
    photograph_->sections.push_back(std::move(section));
  }

  void Describe(Photograph& photograph) const {
    for (const LiveProcess& process : live_.processes) {
      photograph.processes.push_back(process.row.id);
    }
    photograph.sections.push_back(
        TextSection("before/processes.json", SerializeProcesses(live_.Table())));
    photograph.sections.push_back(TextSection("before/snapshot.json", Description()));
    if (request_.hold) photograph.held = request_.hold->held_for();
    for (Section& section : photograph.sections) {
      // The moment that the whole is dated by; a row of its own keeps its own, later moment.
      if (!section.row.captured_boot) section.row.captured_boot = photograph.taken_boot;
    }
    photograph.took = NowBoot() - photograph.taken_boot;
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
      if (const auto still = hold->stood_still_for()) {
        about.stood_still = std::chrono::duration_cast<std::chrono::microseconds>(*still);
      }
      about.why_not_still = hold->why_not_still();
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
  SharedCensus census_;
  std::size_t smaps_read_ = 0;
  bool smaps_are_new_ = true;
  bool much_is_shared_ = false;
};

}  // namespace

std::shared_ptr<const Photograph> TakePhotograph(const PhotographRequest& request) {
  return Photographer(request).Take();
}

}  // namespace headroom
