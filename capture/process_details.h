#pragma once

#include <string>

#include "base/clock.h"
#include "capture/process_table.h"
#include "capture/shared_census.h"
#include "kernel/host_view.h"

namespace headroom {

/// Fills in what is worth knowing of each process and is not needed to name what held the memory:
/// oom_score of all; descriptors and limits of the 32 first; what it waits for where it is in
/// state D; with `nodes` the memory nodes of the first where there is more than one. Nothing is
/// held meanwhile. A process whose number is another one's by now gets nothing. Bounded by
/// `deadline`.
///
/// The nodes cost a walk of the whole map under mmap_lock, as smaps does: not to be asked for where
/// that was dear.
enum class Nodes { kNo, kOfLargest };
void AddDetails(const HostView& host, LiveProcesses& live, SharedCensus& census, Nodes nodes,
                BootTime deadline);

/// PSS, USS and swapped PSS from the text of smaps, which also goes into `census`, or of
/// smaps_rollup. A text that is cut or torn says nothing.
void AddSmapsTotals(const std::string& smaps, bool complete, ProcessRow& row, SharedCensus& census);
void AddRollupTotals(const std::string& rollup, ProcessRow& row);

/// Whether a process may have memory on more than one node, from the text of its status.
[[nodiscard]] bool HasManyNodes(std::string_view status);

}  // namespace headroom
