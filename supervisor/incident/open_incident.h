#pragma once

#include <future>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "evidence/neighbours.h"
#include "evidence/store.h"

namespace headroom {

/// An incident whose kills are still counted: how it was noticed, and what was read at once because
/// it changes or vanishes. Made anew for each. Event thread only, but for what the future is given.
struct OpenIncident {
  std::string detected_by;  ///< see Incident, as is the next
  std::string confidence;
  std::optional<WallTime> detected_wall;  ///< nullopt: nothing was noticed yet
  std::vector<Section> live;              ///< files of its cgroup
  std::shared_future<Result<Neighbours>> neighbours;
  std::string why_no_neighbours;        ///< where nothing is looked for
  std::optional<Bytes> host_available;  ///< MemAvailable; nullopt: it could not be read
  std::vector<std::string> candidates;  ///< not empty: whose the kills may be
  bool counted_before = false;          ///< by a supervisor that ended before they were in a bundle
};

}  // namespace headroom
