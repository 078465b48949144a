#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "container/enrolment/enrolment.h"
#include "evidence/incident.h"
#include "kernel/cgroup/memory_events.h"

namespace headroom {

/// One cgroup as it is found when an incident is closed.
struct LevelReading {
  std::string path;  ///< below the cgroup mount
  std::uint64_t inode = 0;
  LevelRole role = LevelRole::kContainer;
  EventReading events;              ///< of a removed one the last there was, or nothing
  std::optional<Limit> memory_max;  ///< nullopt: could not be read
  bool removed = false;
};

/// What the cgroups around one container counted from one incident to the next: it keeps the last
/// reading of each, which the next one is compared with. Pure; one thread.
class LevelCounters {
 public:
  /// The container and its ancestors count from the enrolment's baseline.
  explicit LevelCounters(const Enrolment& enrolment);

  /// The levels of an incident, in the order of `readings`: differences to the reading before. A
  /// counter that is missing in one of the two is not known, and counts on from where it was read
  /// last. A cgroup that is seen for the first time was made after the baseline, so it counts from
  /// zero; another inode at a known path is another cgroup.
  [[nodiscard]] std::vector<IncidentLevel> Take(const std::vector<LevelReading>& readings);

  /// Whose limit was met since the last Take(), which this does not count as: the path of the first
  /// of `readings` where a local `oom` rose; of the first of all, the container, also where its
  /// subtree's did. "host" where none did. nullopt: a counter is not known, which may be the one,
  /// or the container's have not counted the kill: a removed cgroup's are those from before.
  [[nodiscard]] std::optional<std::string> LevelMet(
      const std::vector<LevelReading>& readings) const;

  /// An earlier run has reported incidents since the baseline. So the next difference of each level
  /// is not of one incident, and only where it is zero it says something: that it has not risen.
  void ForgetBaselines();

 private:
  struct Level {
    CgroupBaseline last;     ///< its events are those of the last reading
    bool forgotten = false;  ///< ForgetBaselines, and not read since
  };
  using Key = std::pair<std::string, std::uint64_t>;  ///< path and inode
  void Enrol(const CgroupBaseline& baseline);
  [[nodiscard]] Level& Find(const LevelReading& reading);
  void DropAllBut(const std::vector<LevelReading>& readings);

  std::map<Key, Level> levels_;
  bool forgotten_ = false;  ///< those that are not in levels_ yet
};

}  // namespace headroom
