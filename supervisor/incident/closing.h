#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "capture/photograph.h"
#include "supervisor/incident/ledger.h"

namespace headroom {

/// How long what an ended container leaves waits for the kernel's log to name a victim, and for its
/// exit status.
inline constexpr std::chrono::nanoseconds kLogPatience = std::chrono::milliseconds(300);
/// How long past its time an incident waits for a photograph that was begun before its kill. Whom
/// it shows is dead, so that nobody waits for it but the bundle; the map of one process takes a
/// second and what the kernel needs for a single read more.
inline constexpr std::chrono::nanoseconds kPhotographPatience = std::chrono::seconds(5);

/// The photographs of a container as they are when its incident may be closed.
struct PhotographState {
  const Photograph* present = nullptr;  ///< the one that would be used, its essential part at least
  std::optional<BootTime> under_way;    ///< when the first of those was asked for; nullopt: none is
};

/// Whether one that was asked for before the kill is under way, and nothing of it is there yet.
[[nodiscard]] bool AwaitsPhotograph(const PhotographState& photographs, BootTime first_kill);

/// When the open incident of `ledger` is to be closed, from what is known at `now`. `over`: the
/// container has ended; `named`: nothing more is to be expected of the kernel's log. Pure.
[[nodiscard]] BootTime ClosingTime(const KillLedger& ledger, BootTime now, bool over, bool named,
                                   const PhotographState& photographs);

/// Why a taken one was not used; empty: it was, or may be. Pure.
[[nodiscard]] std::string WhyNotUsed(const Photograph& taken, const KillLedger& ledger);

/// Why an incident has no photograph, as far as the photographs themselves tell: one that was begun
/// and did not end, else `not_used`, what became of the last; empty: none was begun. Pure.
[[nodiscard]] std::string WhyNoneInTime(const PhotographState& photographs, BootTime first_kill,
                                        BootTime now, const std::string& not_used);

}  // namespace headroom
