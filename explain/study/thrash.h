#pragma once

#include <optional>

#include "explain/study/case.h"
#include "explain/study/samples.h"

namespace headroom {

/// Files that are read again just after reclaim had dropped them, while all processes wait for it.
struct Rereading {
  Bytes reread;        ///< a second
  double stalled = 0;  ///< share of the time that all its processes waited (PSI full)
  BootTime from{};     ///< the samples that say so
  BootTime to{};
};

/// What pages are on this machine is not recorded: the smallest that there are, so that where they
/// are larger the rate is larger still. `pages`: a second.
[[nodiscard]] Bytes RereadOf(double pages);

/// A hundredth of `room` a second is read again, and all processes wait a tenth of the time. One
/// figure that is not known, and it is not.
[[nodiscard]] std::optional<Rereading> FindThrash(const std::optional<Strain>& strain,
                                                  const std::optional<Bytes>& reread,
                                                  const std::optional<Bytes>& room);

/// In the last seconds before a kill at the container's own limit, from the samples. Of another's
/// limit it says nothing: nor do samples that ended long before.
[[nodiscard]] std::optional<Rereading> ThrashBeforeKill(const Case& the_case);

}  // namespace headroom
