#pragma once

#include <deque>
#include <future>

#include "container/enrolment/registry_dir.h"
#include "evidence/store.h"
#include "kernel/host_view.h"
#include "supervisor/incident/incident.h"

namespace headroom {

/// Where an incident goes, and the place for its verdict while it cannot go there.
struct PublishPlaces {
  HostView host;
  StatePaths paths;
};

/// Puts an incident's bundle together and into the store, and says so in one line. True: it is
/// there (also from an earlier run). False: the store does not take it; then its verdict is kept
/// (evidence/unwritten.h) and told in the log, and the caller tries again later. Of one whose kills
/// may be reported already (CapturedIncident::may_be_reported) only those are written of which the
/// store has no bundle. Any thread; waits for the disk.
[[nodiscard]] bool PublishIncident(const PublishPlaces& places, CapturedIncident incident);

/// The last incidents of one container, of a supervisor that ends: waits for what became of the one
/// `before` them, if there is one (valid()), and writes them in their order up to the first that
/// the store does not take. None behind a gap: whoever comes next reports the gap, and what is
/// behind it with it. Any thread; waits for the disk.
void PublishInOrder(const PublishPlaces& places, const std::deque<CapturedIncident>& incidents,
                    const std::shared_future<bool>& before);

}  // namespace headroom
