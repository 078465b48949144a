#include "kernel/cgroup/tripwire_high.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace headroom {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr double kSecondsToBuy = 1.0;
constexpr double kSmallestGap = 0.02;
constexpr double kLargestGap = 0.125;

/// Gap as a share of `high` that buys kSecondsToBuy.
double GapFor(double high, unsigned batch_pages) {
  const double batches = high / (static_cast<double>(batch_pages) * kPage);
  const double share = std::cbrt(kSecondsToBuy * 3.0 / 64.0 / batches);
  return std::clamp(share, kSmallestGap, kLargestGap);
}

}  // namespace

std::optional<Bytes> TripwireHigh(Bytes max, const ThrottleModel& model) {
  const std::uint64_t stat_error = kPage * model.batch_pages * model.cpus;
  if (max.value < 4 * stat_error) return std::nullopt;
  const auto limit = static_cast<double>(max.value);
  double high = limit;
  // The gap depends on high, and high on the gap; two rounds are exact to well below a page
  // for every limit, since the gap moves with the cube root.
  for (int round = 0; round < 3; ++round) high = limit / (1.0 + GapFor(high, model.batch_pages));
  return Bytes{static_cast<std::uint64_t>(high) / kPage * kPage};
}

ThrottleModel ThrottleModelFor(const char* release, unsigned cpus) {
  int major = 0;
  int minor = 0;
  // NOLINTNEXTLINE(cert-err34-c): an unreadable release leaves the safe zeroes
  (void)std::sscanf(release, "%d.%d", &major, &minor);
  const bool large_batch = major > 6 || (major == 6 && minor >= 1);
  return ThrottleModel{.batch_pages = large_batch ? 64U : 32U, .cpus = std::max(1U, cpus)};
}

ThrottleModel ThrottleModelOfThisHost() {
  utsname names{};
  (void)uname(&names);
  const long cpus = sysconf(_SC_NPROCESSORS_CONF);
  return ThrottleModelFor(names.release, cpus > 0 ? static_cast<unsigned>(cpus) : 1U);
}

}  // namespace headroom
