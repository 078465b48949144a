#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"

namespace headroom {

/// A power of root's (capabilities(7)) that a program of ours needs.
struct Capability {
  int number;
  const char* name;  ///< as systemd spells it
  const char* why;   ///< what is lost without it
};

/// What headroomd needs. The guardian needs none: it writes through descriptors that it was given.
[[nodiscard]] std::span<const Capability> CapabilitiesOfHeadroomd();
/// What headroom-undo needs where it waits for the guardian's end.
[[nodiscard]] std::span<const Capability> CapabilitiesOfUndo();

/// The set as the kernel prints it (CapEff of /proc/PID/status).
[[nodiscard]] std::uint64_t MaskOf(std::span<const Capability> capabilities);

/// From here on this process has those of `keep` that it had, and no other; a program that it would
/// start gets none. What the unit files say too, for where there is no unit. Cannot be undone.
///
/// Call before the first thread exists: it counts for the calling thread and those that it makes.
[[nodiscard]] Status KeepOnly(std::span<const Capability> keep);

/// What the programs call; where it cannot be had, a warning says so.
void DropCapabilitiesOfHeadroomd();
void DropCapabilitiesOfGuardian();
void DropCapabilitiesOfUndo();

}  // namespace headroom
