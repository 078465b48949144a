#pragma once

#include <optional>

#include "base/bytes.h"
#include "kernel/host_view.h"

namespace headroom {

/// When writers are made to write back what they have dirtied (Documentation/admin-guide/sysctl/
/// vm.rst). The kernel goes by bytes or by a ratio: setting one makes the other 0, and only the one
/// that it goes by is told here.
struct DirtyThreshold {
  std::optional<Bytes> bytes;
  std::optional<unsigned> ratio;  ///< per cent of available memory
};
struct DirtySysctls {
  DirtyThreshold hard;        ///< vm.dirty_bytes or vm.dirty_ratio: the writer waits
  DirtyThreshold background;  ///< vm.dirty_background_*: the kernel begins to write
};

/// What cannot be read stays nullopt.
[[nodiscard]] DirtySysctls ReadDirtySysctls(const HostView& host);

}  // namespace headroom
