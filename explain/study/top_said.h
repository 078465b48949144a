#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/study/case.h"

namespace headroom {

/// What other tools show of the same moment, where it misleads. All of the snapshot.
struct TopSaid {
  Bytes charged;                      ///< memory.current
  std::optional<Bytes> in_processes;  ///< the RSS of all added up, where each was seen
  std::optional<Bytes> engine;        ///< memory.current less inactive_file
  std::string engine_tool;            ///< "docker stats" or "kubectl top"; empty: another figure
  Bytes inactive_cache;               ///< inactive_file, where `engine` is known
  Bytes shmem;
  Bytes cache;
  Bytes kernel;  ///< with sockets
};

/// nullopt: no memory.current was recorded, or memory.stat was not understood.
[[nodiscard]] std::optional<TopSaid> FindTopSaid(const Case& the_case);

/// The RSS of all processes of the table. A page that two of them map is in it twice. nullopt where
/// the table is not whole, or the size of a living process is not known.
[[nodiscard]] std::optional<Bytes> SumOfRss(const ProcessTable& table);

}  // namespace headroom
