#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

/// What docs/bundle-format.md lists, in its order, but for the manifest and for the verdict, which
/// explains the rest. A folder of files is one of them.
inline constexpr std::array<std::string_view, 36> kBundleSections = {"container.json",
                                                                     "incident.json",
                                                                     "before/snapshot.json",
                                                                     "before/processes.json",
                                                                     "before/smaps",
                                                                     "before/earlier.json",
                                                                     "before/smaps_rollup",
                                                                     "before/status",
                                                                     "before/memory.stat",
                                                                     "before/memory.current",
                                                                     "before/memory.events",
                                                                     "before/memory.swap.current",
                                                                     "before/memory.pressure",
                                                                     "before/io.pressure",
                                                                     "before/cpu.pressure",
                                                                     "before/shm.json",
                                                                     "before/tmpfs.json",
                                                                     "before/shared_memory.json",
                                                                     "cgroup",
                                                                     "kernel/oom.log",
                                                                     "kernel/oom.json",
                                                                     "kernel/signals.json",
                                                                     "host/meminfo",
                                                                     "host/vmstat",
                                                                     "host/pressure/memory",
                                                                     "host/sysctl.json",
                                                                     "host/version",
                                                                     "host/slabinfo.json",
                                                                     "host/kubelet.log",
                                                                     "after/survivors.json",
                                                                     "neighbours.json",
                                                                     "pre_kill.json",
                                                                     "container/log.txt",
                                                                     "timeline.json",
                                                                     "self.json",
                                                                     "host/unit.log"};

/// What explains the rest, and is made last.
inline constexpr std::array<std::string_view, 2> kVerdictSections = {"summary.json", "report.txt"};

/// The components of a section's name, "before/smaps/12" -> {"before", "smaps", "12"}, when it is
/// one that may be written and read below a bundle: relative, at most 8 components of at most 200
/// bytes, none empty or starting with a dot, no control characters. kMalformed otherwise: names
/// come from a manifest that somebody may have edited, and become paths.
[[nodiscard]] Result<std::vector<std::string>> SectionComponents(std::string_view name);

}  // namespace headroom
