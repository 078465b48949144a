#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "evidence/recorder.h"
#include "explain/study/case.h"
#include "explain/study/curve.h"

namespace headroom {

/// The samples up to the kill, or up to the moment that a living container was looked at; oldest
/// first.
[[nodiscard]] std::vector<Sample> SamplesUpToKill(const Case& the_case);

/// What growth is judged on.
struct GrowthPoints {
  std::vector<Point> points;  ///< oldest first, all at different times
  /// Of all that is charged, and the page cache in it is not small: nobody's leak.
  bool cache_included = false;
  /// What lies in swap is in them as well: see HoldsSwap.
  bool with_swap = false;
  /// What of kernel memory, zswap with it, could not be reclaimed and is in none of the points, as
  /// the snapshot has it; 0 also where it is not known.
  Bytes beside;
};

/// What the program asked for (anon and shmem, and what of them lies in swap where that counts;
/// kernel memory too, and with it zswap, where the last memory.stat shows that hardly any of it
/// could be reclaimed), where it was sampled often enough; else all that is charged. Where swap
/// counts, of samples that have it alone.
[[nodiscard]] GrowthPoints PointsOf(const Case& the_case, const std::vector<Sample>& samples);

/// Whether what was sampled last at `at` says nothing of the end any more: 5 s before a kill, as
/// with a snapshot; of a container that lives and is looked at every 10 s, half as much again.
[[nodiscard]] bool IsTooOld(const Case& the_case, BootTime at);

/// Whether samples were taken up to the kill: it was seen as it happened, and what was sampled
/// last, at `at`, is no older than the longest pause between two samples. Else nobody watched
/// meanwhile, and how fast anything went is not known.
[[nodiscard]] bool WasWatchedUpToKill(const Case& the_case, BootTime at);

/// How the container fared between two samples. What was not sampled at both is absent.
struct Strain {
  BootTime from{};
  BootTime to{};
  std::optional<double> stalled;  ///< share of the time that all its processes waited (PSI full)
  std::optional<double> some_waited;          ///< that at least one did
  std::optional<double> refaults_per_second;  ///< pages
  std::optional<std::uint64_t> high;          ///< times that memory.high was passed
  std::optional<std::uint64_t> max;           ///< times that memory.max was met
};

/// Over the last samples, as many as 10 s take; fewer, of 5 s at least, where the one before them
/// is much older, as of a container that was far from its limit until then. nullopt: all of them
/// reach over less than 5 s.
[[nodiscard]] std::optional<Strain> FindStrain(const std::vector<Sample>& samples);

/// The first sample from `from` on that shows more of it than the one before: a limit met,
/// memory.high passed, or waiting for a hundredth of the time. The latter two not where our own
/// wire stood, or held the container, at one of the two samples or between them: then that was it.
struct FirstPressure {
  BootTime at{};
  enum class Kind { kMax, kHigh, kWaited } kind = Kind::kWaited;
};
[[nodiscard]] std::optional<FirstPressure> FindFirstPressure(const Case& the_case,
                                                             const std::vector<Sample>& samples,
                                                             BootTime from);

}  // namespace headroom
