#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/host_view.h"

namespace headroom {

/// What the holder of the lock does when another headroomd comes.
enum class LockHolder {
  kStays,
  kGivesWay,  ///< it was started for want of another one, and ends when asked
};

/// The lock of a run directory: one headroomd a host. `<run>/headroomd.lock` holds the number of a
/// holder that gives way, and nothing of one that stays. Who stays asks such a holder to end
/// (SIGTERM) and waits for that, up to 10 s; who gives way waits as long for one that has closed
/// the doorbell there, as it is about to end. kExists where somebody holds it all the same.
[[nodiscard]] Result<UniqueFd> TakeHostLock(const HostView& host, const std::string& run_dir,
                                            LockHolder as);

}  // namespace headroom
