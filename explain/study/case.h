#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "explain/inputs/inputs.h"
#include "explain/study/filling.h"
#include "explain/study/level.h"
#include "explain/study/victim.h"
#include "explain/verdict.h"

namespace headroom {

/// What was concluded about one kill, step by step, before it is put into words.
struct Case {
  Inputs inputs;
  LimitLevel level;
  Victim victim;
  std::optional<Filling> held;        ///< what the memory was, at the snapshot if there is one
  std::optional<Part> filled;         ///< the largest part of it at the kill, as far as is known
  std::optional<BootTime> killed_at;  ///< nullopt: not known when
  std::optional<WallTime> killed_wall;
  Cause cause = Cause::kUnknown;
  Confidence confidence = Confidence::kInferred;
  bool alive = false;        ///< nobody was killed: `killed_at` is when it was looked at
  bool init_killed = false;  ///< a report names the container's init
  std::optional<std::uint64_t> kills;

  /// The kernel's report that is explained; nullptr when there is none.
  [[nodiscard]] const OomEvent* event() const { return ChooseEvent(inputs); }
  [[nodiscard]] const Evidence& evidence() const { return inputs.evidence; }
  [[nodiscard]] const Enrolment& container() const { return inputs.evidence.container; }
};

/// Concludes. Pure; `evidence` is borrowed and must outlive the result.
[[nodiscard]] Case StudyCase(const Evidence& evidence);

/// Between the snapshot and the kill; nullopt: one of the two is not known, or the snapshot is
/// younger than the kill by more than two clocks differ.
[[nodiscard]] std::optional<std::chrono::nanoseconds> SnapshotAge(const Case& the_case);

/// The same of one file of it, which may be older: a memory map that is dear to read is read less
/// often than the rest.
[[nodiscard]] std::optional<std::chrono::nanoseconds> SectionAge(const Case& the_case,
                                                                 std::string_view section);

/// A snapshot older than this may show a state that is no longer the one that was killed.
inline constexpr std::chrono::seconds kStaleSnapshot{5};
[[nodiscard]] bool IsStale(std::optional<std::chrono::nanoseconds> age);

}  // namespace headroom
