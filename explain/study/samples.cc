#include "explain/study/samples.h"

#include <algorithm>
#include <utility>

#include "explain/study/swap_limits.h"

namespace headroom {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t kFewestSamples = 4;
constexpr std::chrono::milliseconds kClocksDiffer{200};

/// Kernel memory as samples have it: with zswap, of which they have no figure of its own. What lies
/// there was asked for and is held as well.
Bytes KernelAsSampled(const Filling& held) {
  return held.kernel.value_or(Bytes{}) + held.zswap.value_or(Bytes{});
}

/// Reclaimable slab is so small a part of kernel memory that what grows there is not cache.
bool KernelIsHeld(const Case& the_case) {
  const auto& held = the_case.held;
  if (!held || !held->kernel || !held->kernel_reclaimable) return false;
  const Bytes kernel = KernelAsSampled(*held);
  return kernel.value > 0 && Share(*held->kernel_reclaimable, kernel) <= 0.25;
}

Bytes KernelHeld(const Case& the_case) {
  const auto& held = the_case.held;
  if (!held || !held->kernel) return {};
  return KernelAsSampled(*held) - held->kernel_reclaimable.value_or(Bytes{});
}

/// Then all that is charged grew as what was asked for did.
bool CacheIsSmall(const Case& the_case) {
  const auto& held = the_case.held;
  const auto limit = MemoryLimit(the_case);
  if (!held || !held->cache || !limit || limit->unlimited()) return false;
  return Share(*held->cache, limit->bytes()) < 0.1;
}

/// Of samples at one moment the last counts.
void Put(std::vector<Point>& points, BootTime at, Bytes bytes) {
  if (!points.empty() && points.back().at >= at) points.pop_back();
  points.push_back({at, static_cast<double>(bytes.value)});
}

bool AllHaveKernel(const std::vector<Sample>& samples) {
  return std::ranges::all_of(
      samples, [](const Sample& sample) { return !sample.anon || sample.kernel.has_value(); });
}

/// How much a counter rose; nullopt: one of the two is not known, or it is not the same counter.
std::optional<std::uint64_t> Rise(const std::optional<std::uint64_t>& before,
                                  const std::optional<std::uint64_t>& after) {
  if (!before || !after || *after < *before) return std::nullopt;
  return *after - *before;
}

double Seconds(nanoseconds time) { return std::chrono::duration<double>(time).count(); }

std::optional<double> ShareOfTime(const std::optional<std::uint64_t>& micros, nanoseconds time) {
  if (!micros || time.count() <= 0) return std::nullopt;
  return std::min(1.0, static_cast<double>(*micros) / 1e6 / Seconds(time));
}

Strain Between(const Sample& before, const Sample& after) {
  const nanoseconds time = after.at - before.at;
  Strain strain{.from = before.at, .to = after.at};
  strain.stalled = ShareOfTime(Rise(before.full_us, after.full_us), time);
  strain.some_waited = ShareOfTime(Rise(before.some_us, after.some_us), time);
  if (const auto refaults = Rise(before.refaults, after.refaults)) {
    strain.refaults_per_second = static_cast<double>(*refaults) / Seconds(time);
  }
  strain.high = Rise(before.high, after.high);
  strain.max = Rise(before.max, after.max);
  return strain;
}

/// Whether a wire of ours may have caused what rose since a figure was known.
struct OurWire {
  bool since_high = false;
  bool since_stalls = false;

  void Saw(bool stood) {
    since_high = since_high || stood;
    since_stalls = since_stalls || stood;
  }
};

/// Of what two samples in a row show.
std::optional<FirstPressure::Kind> KindOf(const Strain& strain, const OurWire& wire) {
  constexpr double kWorthSaying = 0.01;
  if (strain.max.value_or(0) > 0) return FirstPressure::Kind::kMax;
  if (!wire.since_high && strain.high.value_or(0) > 0) return FirstPressure::Kind::kHigh;
  const double waited = std::max(strain.some_waited.value_or(0), strain.stalled.value_or(0));
  if (!wire.since_stalls && waited >= kWorthSaying) return FirstPressure::Kind::kWaited;
  return std::nullopt;
}

/// Every figure of `sample`, and of the last one that had it where it has none.
void Remember(Sample& known, const Sample& sample) {
  known.at = sample.at;
  if (sample.high) known.high = sample.high;
  if (sample.max) known.max = sample.max;
}

/// While a wire of ours held the container, which may have been between two samples, or with one in
/// the middle: the kernel counts `high` all the while, and the wire does not stand any more.
struct HeldTime {
  BootTime from{};
  BootTime to{};
};

std::optional<HeldTime> HeldAt(const Case& the_case) {
  const auto& snapshot = the_case.inputs.snapshot;
  if (!snapshot || !snapshot->held || !snapshot->taken_boot) return std::nullopt;
  return HeldTime{.from = *snapshot->taken_boot, .to = *snapshot->taken_boot + *snapshot->held};
}

}  // namespace

std::vector<Sample> SamplesUpToKill(const Case& the_case) {
  std::vector<Sample> samples;
  if (!the_case.inputs.timeline) return samples;
  samples = the_case.inputs.timeline->samples;
  std::ranges::sort(samples, {}, &Sample::at);
  if (the_case.killed_at) {
    const auto is_later = [&](const Sample& sample) { return sample.at > *the_case.killed_at; };
    samples.erase(std::ranges::find_if(samples, is_later), samples.end());
  }
  // The clocks of the kernel's log and of the samples differ by a little; the counter tells what
  // was sampled behind the kill.
  const auto earliest = the_case.killed_at ? *the_case.killed_at - kClocksDiffer : BootTime(0);
  for (std::size_t i = samples.size(); i > 1 && samples[i - 1].at >= earliest; --i) {
    const auto& before = samples[i - 2].oom_kill;
    const auto& after = samples[i - 1].oom_kill;
    if (!before || !after || *after <= *before) continue;
    samples.resize(i - 1);
    break;
  }
  return samples;
}

GrowthPoints PointsOf(const Case& the_case, const std::vector<Sample>& samples) {
  std::vector<Point> asked;
  std::vector<Point> charged;
  const bool with_swap = HoldsSwap(the_case, samples);
  // What lies in zswap is in the figure of swap already, and kernel memory is sampled with it.
  const bool twice = with_swap && the_case.held && the_case.held->zswap.value_or(Bytes{}).value > 0;
  const bool with_kernel = KernelIsHeld(the_case) && AllHaveKernel(samples) && !twice;
  for (const Sample& sample : samples) {
    if (with_swap && !sample.swap) continue;
    const Bytes swap = with_swap ? *sample.swap : Bytes{};
    if (sample.anon && sample.shmem) {
      const Bytes kernel = with_kernel ? sample.kernel.value_or(Bytes{}) : Bytes{};
      Put(asked, sample.at, *sample.anon + *sample.shmem + kernel + swap);
    }
    if (sample.current) Put(charged, sample.at, *sample.current + swap);
  }
  const bool recent = !asked.empty() && !charged.empty() &&
                      charged.back().at - asked.back().at < std::chrono::seconds(1);
  const bool enough = asked.size() >= kFewestSamples && (recent || charged.empty());
  if (!enough) {
    return {.points = std::move(charged),
            .cache_included = !CacheIsSmall(the_case),
            .with_swap = with_swap,
            .beside = {}};
  }
  return {.points = std::move(asked),
          .cache_included = false,
          .with_swap = with_swap,
          .beside = with_kernel ? Bytes{} : KernelHeld(the_case)};
}

bool IsTooOld(const Case& the_case, BootTime at) {
  constexpr std::chrono::seconds kOldOfALivingOne{15};
  if (!the_case.killed_at) return the_case.alive;
  const nanoseconds age = *the_case.killed_at - at;
  return the_case.alive ? age > kOldOfALivingOne : IsStale(age);
}

bool WasWatchedUpToKill(const Case& the_case, BootTime at) {
  // The recorder takes one every 10 s of what is idle.
  constexpr std::chrono::seconds kLongestPause{12};
  const auto& incident = the_case.inputs.incident;
  if (!the_case.killed_at || !incident || incident->confidence == "inferred") return false;
  return *the_case.killed_at - at <= kLongestPause;
}

std::optional<Strain> FindStrain(const std::vector<Sample>& samples) {
  constexpr std::chrono::seconds kLongEnough{5};
  constexpr std::chrono::seconds kWanted{10};
  constexpr std::chrono::seconds kMuchOlder{20};
  const auto with_pressure = [](const Sample& sample) { return sample.full_us.has_value(); };
  const auto last = std::ranges::find_if(samples.rbegin(), samples.rend(), with_pressure);
  if (last == samples.rend()) return std::nullopt;
  const Sample* first = &*last;
  for (auto sample = last; sample != samples.rend(); ++sample) {
    if (!with_pressure(*sample)) continue;
    const bool enough = last->at - first->at >= kLongEnough;
    if (enough && last->at - sample->at >= kMuchOlder) break;
    first = &*sample;
    if (last->at - sample->at >= kWanted) break;
  }
  if (last->at - first->at < kLongEnough) return std::nullopt;
  return Between(*first, *last);
}

std::optional<FirstPressure> FindFirstPressure(const Case& the_case,
                                               const std::vector<Sample>& samples, BootTime from) {
  const auto held = HeldAt(the_case);
  Sample counters;                 // the last known of each counter
  const Sample* stalls = nullptr;  // the last sample that had pressure
  OurWire wire;
  for (const Sample& sample : samples) {
    // The sample behind a trip finds the wire lifted already.
    wire.Saw(sample.armed || (held && held->to > counters.at && held->from <= sample.at));
    Strain strain = stalls != nullptr && sample.some_us ? Between(*stalls, sample) : Strain{};
    strain.high = Rise(counters.high, sample.high);
    strain.max = Rise(counters.max, sample.max);
    const auto kind = KindOf(strain, wire);
    if (kind && sample.at >= from) return FirstPressure{.at = sample.at, .kind = *kind};
    Remember(counters, sample);
    if (sample.high) wire.since_high = sample.armed;
    if (!sample.some_us) continue;
    stalls = &sample;
    wire.since_stalls = sample.armed;
  }
  return std::nullopt;
}

}  // namespace headroom
