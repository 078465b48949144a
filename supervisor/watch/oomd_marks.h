#pragma once

#include <string>
#include <vector>

#include "evidence/signals.h"
#include "kernel/host_view.h"

namespace headroom {

/// What systemd-oomd has counted on the cgroups at `paths` (extended attributes user.oomd_kill and
/// user.oomd_ooms, systemd 248): a row for each that has one. Cgroups that are gone have none.
[[nodiscard]] std::vector<OomdMark> ReadOomdMarks(const HostView& host,
                                                  const std::vector<std::string>& paths);

/// Those of `now` that count more than they did in `before`. Pure.
[[nodiscard]] std::vector<OomdMark> RisenMarks(const std::vector<OomdMark>& before,
                                               const std::vector<OomdMark>& now);

}  // namespace headroom
