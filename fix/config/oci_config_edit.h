#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fix/fix.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "policy/rule.h"

namespace headroom {

/// A config.json with fixes made in it.
struct ConfigEdit {
  std::string text;                  ///< the same bytes where nothing had to be changed
  std::vector<FixOutcome> outcomes;  ///< one for each fix, in their order
};

/// Makes fixes in the text of config.json, before a runtime reads it: the channel that lasts, since
/// the runtime gives systemd the same values. Only the members concerned change; every other byte
/// stays. Each one is read back. Tightens only; a second time changes nothing. Pure.
///
/// `version` is the host's: `unified` keys (memory.oom.group, memory.low) need cgroup v2. Where a
/// `unified` key says the same as a field of its own, it is what counts, and is fixed too.
///
/// A fix that cannot be made is an outcome "not fixed: ...". kMalformed, naming `where`: the text
/// is no config.json; then nothing was changed.
[[nodiscard]] Result<ConfigEdit> EditOciConfig(std::string_view text, std::string_view where,
                                               CgroupVersion version, std::span<const Fix> fixes);

}  // namespace headroom
