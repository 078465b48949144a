#pragma once

#include <string>
#include <vector>

#include "explain/study/ending.h"

namespace headroom {

/// The words of an end that the kernel's OOM killer had no part in.

/// One sentence: how it ended, by whom, when.
[[nodiscard]] std::string EndingHeadline(const Case& the_case, const Ending& ending);
/// Who sent what, how it was asked before, what ended inside, and that it was not the OOM killer.
[[nodiscard]] std::vector<Statement> EndingStatements(const Case& the_case, const Ending& ending);

/// Beside a kill of the OOM killer: who sent SIGKILL to a process of the container as well.
[[nodiscard]] std::vector<Statement> OtherKillerNotes(const Case& the_case);

/// "memory"; "ephemeral-storage (disk, not memory)".
[[nodiscard]] std::string ReclaimedText(const Eviction& eviction);
/// Behind the name: "was evicted by the kubelet to reclaim memory".
[[nodiscard]] std::string EvictedText(const Eviction& eviction);
/// What the kubelet wrote, line by line. `ending.eviction` is there.
[[nodiscard]] std::vector<Statement> EvictionStatements(const Case& the_case, const Ending& ending);

/// "SIGKILL"; "signal 42" for one that has no name here.
[[nodiscard]] std::string SignalName(int signal);
/// ", exit 137"; empty where it is not known.
[[nodiscard]] std::string ExitText(const std::optional<ExitStatus>& exit);

}  // namespace headroom
