#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "cli/doctor/facilities.h"
#include "cli/doctor/host_finding.h"
#include "container/facts/facts.h"

namespace headroom {

/// A tmpfs of the host's own, whose pages no container's limit bounds.
struct HostTmpfs {
  std::string mount_point;  ///< bytes; escape before printing
  Limit size;
};

/// What decides how and when this host runs out of memory. nullopt: it could not be read.
struct HostSettings {
  HostFacts memory;  ///< totals and dirty sysctls
  std::optional<std::uint64_t> panic_on_oom;
  std::optional<std::uint64_t> oom_dump_tasks;
  std::optional<std::uint64_t> oom_kill_allocating_task;
  std::optional<std::uint64_t> overcommit_memory;
  std::optional<std::uint64_t> swappiness;
  std::string huge_pages;  ///< of transparent ones: "always", "madvise", "never"; empty: not known
  std::optional<std::vector<HostTmpfs>> tmpfs;
};
[[nodiscard]] HostSettings ReadHostSettings(const HostView& host, const HostPlaces& places);

/// A finding for each setting that is known, with its consequence. Pure.
[[nodiscard]] HostFindings JudgeSettings(const HostSettings& settings);

}  // namespace headroom
