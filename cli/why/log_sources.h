#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "capture/journal.h"
#include "cli/environment.h"
#include "explain/inferred/sources.h"

namespace headroom {

/// Which time is asked about; nullopt: not bounded on that side.
struct AskedTime {
  std::optional<WallTime> from;
  std::optional<WallTime> to;
};

/// /dev/kmsg, as far back as it goes. Does not wait.
[[nodiscard]] LogView ReadKmsgLog(const std::string& path);
/// The kernel's log in the journal, of that time alone; without a beginning of the last week.
[[nodiscard]] LogView ReadJournalLog(const AskedTime& asked);

/// Every log of the kernel that this machine has, /dev/kmsg first.
[[nodiscard]] std::vector<LogView> ReadKernelLogs(const Environment& environment,
                                                  const AskedTime& asked);

/// Whether an entry is its speaker's own word. Not so what an engine hands on of a container: with
/// the journal as log driver under the engine's name, and of `podman run` in a unit as the standard
/// output of podman, of which nothing is believed. Pure.
[[nodiscard]] bool IsItsOwnWord(const JournalEntry& entry);

/// What engines, systemd and systemd-oomd said in that time. Empty where there is no journal.
[[nodiscard]] std::vector<JournalRemark> ReadRemarks(const Environment& environment,
                                                     const AskedTime& asked);

}  // namespace headroom
