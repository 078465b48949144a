#pragma once

#include "container/registry_dir.h"
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

}  // namespace headroom
