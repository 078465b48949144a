#pragma once

#include <cstdint>
#include <vector>

#include "container/enrolment/generation_notes.h"

namespace headroom {

/// What is kept of how far the kernel's log had been read when so many kills of a generation were
/// told: when an incident was closed, and when the generation was looked at and had no more. By
/// the latter a supervisor that comes later knows what an earlier life of the same cgroup left in
/// the log, which it cannot go by the time for: the log's clock falls behind, and what the machine
/// was suspended is not on it.
using ClosedNotes = std::vector<GenerationNotes::Closed>;

/// Up to which record the log tells of nothing that is not in the first `accounted` kills; 0: not
/// known. Pure.
[[nodiscard]] std::uint64_t LogReadAt(const ClosedNotes& notes, std::uint64_t accounted);

/// Adds one, in place of what is there for as many kills unless that had read further. The newest
/// 16 stay, which is more than may wait for the store. Pure.
void AddNote(ClosedNotes& notes, GenerationNotes::Closed note);

}  // namespace headroom
