#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fix/fix.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "policy/rule.h"

namespace headroom {

/// The host that a config.json is for, as far as a fix depends on it.
struct ConfigHost {
  CgroupVersion version = CgroupVersion::kV2;  ///< `unified` keys need cgroup v2
  std::optional<Bytes>
      memory_total;  ///< MemTotal, of which a tmpfs may be a part; nullopt: not known
};

/// A config.json with fixes made in it.
struct ConfigEdit {
  std::string text;                  ///< the same bytes where nothing had to be changed
  std::vector<FixOutcome> outcomes;  ///< one for each fix, in their order
};

/// Makes fixes in the text of config.json, before a runtime reads it: the channel that lasts, since
/// the runtime gives systemd the same values. Only the members concerned change; every other byte
/// stays. Each one is read back. Tightens only; a second time changes nothing. Pure.
///
/// Where a `unified` key (memory.oom.group and memory.low are such) says the same as a field of its
/// own, it is what counts, and is fixed too.
///
/// A fix that cannot be made is an outcome "not fixed: ...". kMalformed, naming `where`: the text
/// is no config.json; then nothing was changed.
[[nodiscard]] Result<ConfigEdit> EditOciConfig(std::string_view text, std::string_view where,
                                               const ConfigHost& host, std::span<const Fix> fixes);

}  // namespace headroom
