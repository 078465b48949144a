#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "supervisor/incident/incident.h"
#include "supervisor/incident/memory_budget.h"

namespace headroom {

/// The incidents of one container on their way to the store: one at a time and in the order of
/// their kills, so that a crash at any moment leaves no bundle behind a gap, whose kills a restart
/// would report a second time. No I/O. One thread.
class Outbox {
 public:
  /// An incident has megabytes of evidence. While the store takes none, this many are kept; the
  /// kills after them stay in one open incident, which only counts.
  static constexpr std::size_t kMost = 4;
  /// Of all containers' outboxes: a thousand ordinary incidents.
  static constexpr Bytes kMostMemory = Mebibytes(256);

  /// `budget` is shared by all outboxes, and outlives them.
  explicit Outbox(MemoryBudget& budget) : budget_(budget) {}

  /// Where there is no room for all of its evidence it is kept without what takes most: its kills
  /// are told all the same, and its bundle says what was given up and why.
  void Add(CapturedIncident incident);

  /// The one to be written next, which is under way from here on; nullptr when there is none or one
  /// is under way already. Valid until OnWritten().
  [[nodiscard]] const CapturedIncident* Next();
  /// The one under way is on disk, or (false) is to be tried again: with what was read `around` it
  /// this time, where nothing was before, or the least of that where there is no room.
  void OnWritten(bool written, std::shared_ptr<const std::vector<Section>> around = nullptr);
  /// Those that are not under way, for a last attempt before the supervisor ends.
  [[nodiscard]] std::deque<CapturedIncident> TakeWaiting();

  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  [[nodiscard]] bool under_way() const { return under_way_; }
  [[nodiscard]] bool full() const { return waiting_.size() >= kMost; }

 private:
  struct Waiting {
    CapturedIncident incident;
    MemoryBudget::Share share;
  };
  void KeepAround(Waiting& waiting, std::shared_ptr<const std::vector<Section>> around);

  MemoryBudget& budget_;
  std::deque<Waiting> waiting_;  ///< oldest first, the one under way among them
  bool under_way_ = false;
};

}  // namespace headroom
