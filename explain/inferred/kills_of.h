#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explain/inferred/sources.h"

namespace headroom {

/// What one log says of one run of a container. Pointers are borrowed from the sources.
struct KillsOf {
  const LogView* log = nullptr;        ///< nullptr: none could be read
  std::vector<const LogKill*> own;     ///< in its cgroup, during its run
  std::vector<const LogKill*> before;  ///< in its cgroup, before it was started last
  /// During its run, and perhaps its: in a cgroup that is not stated, in one of its name within
  /// another container, or in one that is no container's at the moment of its end.
  std::vector<const LogKill*> unplaced;
  std::string cgroup;  ///< as the log calls it; empty: it was not named
  /// The log reaches back to a minute before the container's end, and says everything since: a kill
  /// that ended it would be in it.
  bool covers_end = false;
  bool covers_run = false;  ///< the same for all of its run
};

/// By its engine, else by whoever else knows; nullopt: nobody does, or it runs. Pure.
[[nodiscard]] std::optional<WallTime> EndOf(const InferredSources& sources);

/// In the log that tells most: one with a kill of it, else one that covers its end, else the first
/// that can be read. Pure.
[[nodiscard]] KillsOf FindKillsOf(const InferredSources& sources, std::string_view id);

/// A container that the kernel's log names, where no engine knows it.
struct NamedInLog {
  std::string id;
  std::string cgroup;
};
/// Those that `subject` may mean: with that name or id, or with an id of 64 digits that begins so.
/// One of the same id is here once; without a full id, each cgroup of that name is another. Pure.
[[nodiscard]] std::vector<NamedInLog> ContainersInLogs(const std::vector<LogView>& logs,
                                                       std::string_view subject);

}  // namespace headroom
