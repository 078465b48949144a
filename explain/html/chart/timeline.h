#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "evidence/recorder.h"
#include "explain/html/end_words.h"
#include "explain/study/case.h"

namespace headroom {

/// The parts of a cgroup's memory, in the order in which they are piled up.
enum class MemoryPart { kAnon, kShmem, kKernel, kCache };
inline constexpr std::array<MemoryPart, 4> kMemoryParts = {MemoryPart::kAnon, MemoryPart::kShmem,
                                                           MemoryPart::kKernel, MemoryPart::kCache};
[[nodiscard]] std::string_view PartName(MemoryPart part);   ///< for people: "anonymous"
[[nodiscard]] std::string_view PartClass(MemoryPart part);  ///< in the style sheet: "anon"

/// Of one sample; nullopt: not sampled that time. Cache is the files without shared memory.
[[nodiscard]] std::optional<Bytes> PartOf(const Sample& sample, MemoryPart part);

/// A moment to be marked, at a time before the end of the chart.
struct Moment {
  std::chrono::nanoseconds before_end{};
  std::string text;  ///< "killed"
  bool is_kill = false;
  std::size_t number = 0;  ///< from 1, the same in every chart of a page
};

/// What the recorder saw of the container's cgroup up to the kill, ready to be drawn.
struct TimelineChart {
  std::vector<Sample> samples;  ///< by time; at most kMostDrawn, the last ones
  std::size_t left_out = 0;     ///< earlier samples that are not drawn
  BootTime end{};               ///< the kill, else the last sample
  bool ends_with_kill = false;  ///< or with another end, see `words`
  EndWords words;
  std::string_view limit_name = "memory.max";      ///< what the host calls its limit
  std::string_view usage_name = "memory.current";  ///< and what is charged to it
  std::optional<Bytes> max;        ///< the container's own limit; nullopt: none, or not known
  std::optional<Bytes> high;       ///< the height of the wire, where it is known
  std::vector<Moment> moments;     ///< by time
  std::vector<MemoryPart> parts;   ///< those that every sample of memory.stat has
  std::vector<MemoryPart> absent;  ///< those that some have not: not drawn
};
inline constexpr std::size_t kMostDrawn = 1000;

/// nullopt: fewer than two samples with an amount to draw.
[[nodiscard]] std::optional<TimelineChart> TimelineOf(const Case& the_case);

/// Between two samples that lie further apart nobody looked: the recorder takes one every 10 s at
/// least.
inline constexpr std::chrono::seconds kLongestStep{25};

/// Whether memory.stat was read for that sample, so that it has parts to be piled up.
[[nodiscard]] bool HasParts(const TimelineChart& chart, const Sample& sample);

/// The same chart from that time before its end on.
[[nodiscard]] TimelineChart LastOf(const TimelineChart& chart, std::chrono::nanoseconds span);

}  // namespace headroom
