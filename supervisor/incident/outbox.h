#pragma once

#include <cstddef>
#include <deque>
#include <utility>

#include "supervisor/incident/incident.h"

namespace headroom {

/// The incidents of one container on their way to the store: one at a time and in the order of
/// their kills, so that a crash at any moment leaves no bundle behind a gap, whose kills a restart
/// would report a second time. No I/O. One thread.
class Outbox {
 public:
  /// An incident has megabytes of evidence. While the store takes none, this many are kept; the
  /// kills after them stay in one open incident, which only counts.
  static constexpr std::size_t kMost = 4;

  void Add(CapturedIncident incident) { waiting_.push_back(std::move(incident)); }

  /// The one to be written next, which is under way from here on; nullptr when there is none or one
  /// is under way already. Valid until OnWritten().
  [[nodiscard]] const CapturedIncident* Next();
  /// The one under way is on disk, or (false) is to be tried again.
  void OnWritten(bool written);
  /// Those that are not under way, for a last attempt before the supervisor ends.
  [[nodiscard]] std::deque<CapturedIncident> TakeWaiting();

  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  [[nodiscard]] bool full() const { return waiting_.size() >= kMost; }

 private:
  std::deque<CapturedIncident> waiting_;  ///< oldest first, the one under way among them
  bool under_way_ = false;
};

}  // namespace headroom
