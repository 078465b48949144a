#pragma once

#include "evidence/evidence.h"
#include "explain/verdict.h"

namespace headroom {

/// One verdict a kind of bundle, each in a file of its own. Pure.

/// The kernel's OOM killer struck: oom-kill, group-kill.
[[nodiscard]] Verdict ExplainKill(const Evidence& evidence);
/// Policy refused to start the container.
[[nodiscard]] Verdict ExplainDenial(const Evidence& evidence);
/// The container ended by a signal, and the kernel's OOM killer did not send it.
[[nodiscard]] Verdict ExplainKilled(const Evidence& evidence);
/// It lives, or lived when it was looked at: stall, snap.
[[nodiscard]] Verdict ExplainAlive(const Evidence& evidence);

}  // namespace headroom
