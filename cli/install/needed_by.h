#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"

namespace headroom {

/// Something of this machine that calls Headroom's programs, and would fail without them.
struct NeededBy {
  std::string who;   ///< bytes, escape before printing; as `cure`
  std::string cure;  ///< what to do first
};
/// All of them: engines that are registered, containers that an engine starts or ends with one of
/// our programs, and running ones whose config.json has our hooks. What cannot be read counts, with
/// the reason. Asks podman where its hooks lie.
[[nodiscard]] std::vector<NeededBy> WhatNeedsHeadroom(const Environment& environment);

}  // namespace headroom
