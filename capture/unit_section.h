#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "capture/journal.h"
#include "container/enrolment/enrolment.h"
#include "evidence/store.h"

namespace headroom {

/// What of a unit's journal is wanted, and how long for.
struct UnitSectionQuery {
  WallTime since{};                ///< the run began
  std::optional<WallTime> before;  ///< the next one did
  /// How long systemd is waited for to say how the run ended; it does so when the last process is
  /// gone and ExecStopPost= has run. 0: the run goes on.
  std::chrono::milliseconds patience{0};
  std::string journal_dir = {};  ///< empty: this machine's journal
};

/// host/unit.log: what systemd (process 1, by journald's own finding) wrote of the unit that
/// `container` is. Unavailable with the reason where it is no unit, and where nothing was written;
/// partial where systemd has not said yet how the run ended.
///
/// Blocks on the disk and, for `patience`, on systemd. Any thread but the event loop's.
[[nodiscard]] Section ReadUnitSection(const Enrolment& container, const UnitSectionQuery& query);

/// The same of what was read. Pure.
[[nodiscard]] Section UnitSectionOf(const std::string& unit, const Result<JournalSlice>& read);

}  // namespace headroom
