#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "container/enrolment/registry_dir.h"

namespace headroom {

/// What decides where this process keeps its state.
struct Surroundings {
  /// Root of the whole machine, or of a container that is a machine of its own: effective user 0
  /// and /run belongs to it. False for the root of a rootless engine's user namespace, which sees
  /// /run as somebody else's.
  bool system = false;
  uid_t uid = 0;  ///< effective, as the initial user namespace numbers it
  std::optional<std::string> xdg_runtime_dir;  ///< nullopt: not set
  std::optional<std::string> xdg_state_home;
  std::optional<std::string> home;
};

/// Of this process. Reads /proc/self/uid_map and three environment variables.
[[nodiscard]] Surroundings ReadSurroundings();

/// Pure. XDG variables that are not absolute paths are ignored, as their specification says.
/// Rootless engines run some hooks with an empty environment: then /run/user/<uid>.
[[nodiscard]] StatePaths StatePathsFor(const Surroundings& surroundings);

/// The number outside of `inside` by the text of a uid_map; nullopt when it is not mapped.
[[nodiscard]] std::optional<uid_t> OutsideUid(std::string_view uid_map, uid_t inside);

}  // namespace headroom
