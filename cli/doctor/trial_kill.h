#pragma once

#include <string>

#include "cli/doctor/host_finding.h"
#include "cli/environment.h"

namespace headroom {

/// What `headroom doctor --self-test` found.
struct SelfTest {
  HostFindings findings;
  std::string transcript;  ///< what `headroom run` said, for when one of them is a lack
};

/// Has a command eat more memory than it may, in a scope of its own as `headroom run` makes them,
/// and holds headroomd's verdict against what must have happened: the kernel killed it at its own
/// limit, it was seen, and its memory was photographed alive. Leaves one bundle in the store, as
/// any kill does. Takes seconds. Root alone.
[[nodiscard]] SelfTest RunSelfTest(const Environment& environment);

/// The findings about that bundle. Pure but for reading it.
[[nodiscard]] HostFindings JudgeSelfTestBundle(const std::string& bundle_path);

}  // namespace headroom
