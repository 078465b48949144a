#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "explain/study/case.h"
#include "explain/study/curve.h"
#include "explain/study/samples.h"

namespace headroom {

/// How memory went at the end, as the samples show it.
struct Growth {
  Shape shape = Shape::kPlateau;
  double bytes_per_second = 0;  ///< see Curve
  std::chrono::nanoseconds duration{};
  std::optional<double> fit;  ///< r^2 of a straight line, 0..1; absent where none is meant
  std::size_t samples = 0;
  std::size_t falls = 0;  ///< kSawtooth: how often it fell
  BootTime from{};        ///< of the first sample of the stretch
  BootTime to{};          ///< of the last
  Bytes first;            ///< what the first sample shows,
  Bytes last;             ///< the last,
  Bytes low;              ///< and the least and the most in between
  Bytes high;
  Bytes beside;  ///< what cannot be reclaimed either and is not in these; 0 where it is not known
  std::chrono::nanoseconds level_before{};  ///< kBurst: how long it was level before
  /// kBurst: the way to the limit lay between the last sample and the kill: the rate is the least.
  bool unsampled = false;
  bool cache_included = false;  ///< of all that is charged, and the cache in it is not small
  bool with_swap = false;       ///< of memory and swap together
  std::optional<FirstPressure> first_pressure;  ///< within the stretch
  /// From the last sample to the limit at that rate; with swap, until both are full. nullopt: it
  /// does not rise, there is no limit, it is not the container's own, or page cache is in the rate,
  /// which would be reclaimed first.
  std::optional<std::chrono::nanoseconds> to_limit;
};

/// The longest stretch up to the last sample that has a shape. nullopt rather than nonsense: see
/// FindCurve.
[[nodiscard]] std::optional<Growth> FindGrowth(const Case& the_case);

/// What that growth leads to: the limit, or what memory and swap may be together. nullopt: see
/// Growth::to_limit.
[[nodiscard]] std::optional<Bytes> EndOf(const Case& the_case, const Growth& growth);

/// How long a rise from `from` to `to` takes at that rate. nullopt: it does not rise, or it takes
/// longer than a year.
[[nodiscard]] std::optional<std::chrono::nanoseconds> TimeAtRate(double from, double to,
                                                                 double bytes_per_second);

[[nodiscard]] std::string_view ShapeName(Shape shape);

}  // namespace headroom
