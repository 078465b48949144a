#include "explain/html/chart/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "explain/study/growth.h"
#include "explain/study/samples.h"

namespace headroom {
namespace {

using std::chrono::nanoseconds;

std::optional<Bytes> Limited(const std::optional<Limit>& limit) {
  if (!limit || limit->unlimited()) return std::nullopt;
  return limit->bytes();
}

std::string PressureText(FirstPressure::Kind kind, std::string_view limit_name) {
  switch (kind) {
    case FirstPressure::Kind::kMax:
      return fmt::format("{} was met", limit_name);
    case FirstPressure::Kind::kHigh:
      return "memory.high was passed";
    case FirstPressure::Kind::kWaited:
      return "processes waited for memory";
  }
  return "";
}

/// It happened up to a sample earlier.
void AddPressure(const Case& the_case, TimelineChart& chart) {
  const auto pressure = FindFirstPressure(the_case, chart.samples, BootTime(0));
  if (!pressure) return;
  chart.moments.push_back({.before_end = chart.end - pressure->at,
                           .text = fmt::format("first pressure, seen by this sample: {}",
                                               PressureText(pressure->kind, chart.limit_name))});
}

void AddSnapshot(const Case& the_case, BootTime begin, TimelineChart& chart) {
  const auto& snapshot = the_case.inputs.snapshot;
  if (!snapshot || !snapshot->taken_boot) return;
  if (*snapshot->taken_boot < begin || *snapshot->taken_boot > chart.end) return;
  chart.moments.push_back(
      {.before_end = chart.end - *snapshot->taken_boot, .text = "the snapshot was taken"});
}

void AddMoments(const Case& the_case, TimelineChart& chart) {
  AddPressure(the_case, chart);
  AddSnapshot(the_case, chart.samples.front().at, chart);
  std::ranges::sort(chart.moments, std::ranges::greater{}, &Moment::before_end);
  if (chart.ends_with_kill) {
    chart.moments.push_back(
        {.before_end = {}, .text = std::string(chart.words.event), .is_kill = true});
  }
  for (std::size_t i = 0; i < chart.moments.size(); ++i) chart.moments[i].number = i + 1;
}

void ChooseParts(TimelineChart& chart) {
  std::vector<const Sample*> with_stat;
  for (const Sample& sample : chart.samples) {
    if (sample.anon) with_stat.push_back(&sample);
  }
  if (with_stat.empty()) return;
  for (const MemoryPart part : kMemoryParts) {
    const bool always = std::ranges::all_of(
        with_stat, [&](const Sample* sample) { return PartOf(*sample, part).has_value(); });
    (always ? chart.parts : chart.absent).push_back(part);
  }
}

/// A kill long behind the last sample would squeeze all that was seen into a corner.
bool IsNearKill(const std::vector<Sample>& samples, BootTime killed_at) {
  const nanoseconds seen = samples.back().at - samples.front().at;
  const nanoseconds behind = killed_at - samples.back().at;
  return behind >= nanoseconds(0) && behind <= std::max<nanoseconds>(seen, kLongestStep);
}

/// The wire, where it was that of the cgroup that the samples are of.
std::optional<Bytes> WireOf(const Inputs& inputs) {
  if (!inputs.snapshot || inputs.snapshot->cgroup != inputs.path()) return std::nullopt;
  return Limited(inputs.snapshot->memory_high);
}

}  // namespace

std::string_view PartName(MemoryPart part) {
  switch (part) {
    case MemoryPart::kAnon:
      return "anonymous";
    case MemoryPart::kShmem:
      return "shared (/dev/shm, memfd)";
    case MemoryPart::kKernel:
      return "kernel";
    case MemoryPart::kCache:
      return "cache";
  }
  return "";
}

std::string_view PartClass(MemoryPart part) {
  switch (part) {
    case MemoryPart::kAnon:
      return "anon";
    case MemoryPart::kShmem:
      return "shmem";
    case MemoryPart::kKernel:
      return "kernel";
    case MemoryPart::kCache:
      return "cache";
  }
  return "";
}

std::optional<Bytes> PartOf(const Sample& sample, MemoryPart part) {
  switch (part) {
    case MemoryPart::kAnon:
      return sample.anon;
    case MemoryPart::kShmem:
      return sample.shmem;
    case MemoryPart::kKernel:
      return sample.kernel;
    case MemoryPart::kCache:
      if (!sample.file || !sample.shmem) return std::nullopt;
      return *sample.file - *sample.shmem;
  }
  return std::nullopt;
}

bool HasParts(const TimelineChart& chart, const Sample& sample) {
  return sample.anon.has_value() && !chart.parts.empty();
}

std::optional<TimelineChart> TimelineOf(const Case& the_case) {
  std::vector<Sample> samples = SamplesUpToKill(the_case);
  std::erase_if(samples, [](const Sample& sample) { return !sample.current && !sample.anon; });
  if (samples.size() < 2 || samples.front().at == samples.back().at) return std::nullopt;
  TimelineChart chart;
  chart.words = EndWordsOf(the_case.evidence().kind);
  chart.left_out = samples.size() - std::min(samples.size(), kMostDrawn);
  samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(chart.left_out));
  chart.ends_with_kill = the_case.killed_at && IsNearKill(samples, *the_case.killed_at);
  chart.end = chart.ends_with_kill ? *the_case.killed_at : samples.back().at;
  chart.samples = std::move(samples);
  chart.max = Limited(OwnLimit(the_case.inputs));
  if (the_case.container().cgroup_version == CgroupVersion::kV1) {
    chart.limit_name = "memory.limit_in_bytes";
    chart.usage_name = "memory.usage_in_bytes";
  }
  chart.high = WireOf(the_case.inputs);
  AddMoments(the_case, chart);
  ChooseParts(chart);
  return chart;
}

TimelineChart LastOf(const TimelineChart& chart, nanoseconds span) {
  TimelineChart last = chart;
  const BootTime begin = chart.end - span;
  auto first =
      std::ranges::find_if(last.samples, [&](const Sample& sample) { return sample.at >= begin; });
  last.samples.erase(last.samples.begin(), first);
  std::erase_if(last.moments, [&](const Moment& moment) { return moment.before_end > span; });
  last.left_out = 0;
  return last;
}

}  // namespace headroom
