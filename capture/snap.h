#pragma once

#include <string>

#include "base/result.h"
#include "container/enrolment/enrolment.h"
#include "evidence/store.h"
#include "kernel/host_view.h"

namespace headroom {

/// Whom to look at.
struct SnapRequest {
  HostView host;
  Enrolment container;
  /// Its enrolment is on record, and what was counted since then is known. Otherwise `container` is
  /// made up from what is so now, and nothing can be said of what was before.
  bool enrolled = true;
  std::string recorder_path;  ///< of the supervisor's samples; where enrolled
};

/// A bundle of the kind snap, still without its verdict, of a container that lives: the photograph,
/// the cgroup's files, the host. Nothing is held, and nothing written: it runs on meanwhile.
///
/// Blocks on mmap_lock of the container's processes. kGone: it has ended, or its cgroup is another
/// one's by now. kNotFound: it has no cgroup of cgroup v2 with memory accounted.
[[nodiscard]] Result<Store::Draft> TakeSnap(const SnapRequest& request);

}  // namespace headroom
