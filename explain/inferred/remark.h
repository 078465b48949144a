#pragma once

#include <optional>
#include <string_view>

#include "explain/inferred/sources.h"

namespace headroom {

/// What a line of the journal says of a container's end.
enum class RemarkKind {
  kStopForced,  ///< the engine was asked to stop it, and used SIGKILL as it did not end
  kStopAsked,   ///< the engine was asked to stop it
  kKillAsked,   ///< the engine was asked to kill it, by whatever signal
  kOomd,        ///< systemd-oomd killed the container's own cgroup, all of it
  kOomdInside,  ///< systemd-oomd killed a cgroup further down, which somebody made inside
  kUnitOom,     ///< systemd saw the kernel's OOM killer kill in its unit
};

/// nullopt: nothing of that, or not of container `id` (whole). Whole forms alone are taken, from
/// the beginning, with the id where the speaker puts it: what it repeats of others stands
/// elsewhere. Pure; takes any bytes.
[[nodiscard]] std::optional<RemarkKind> KindOfRemark(const JournalRemark& remark,
                                                     std::string_view id);

}  // namespace headroom
