#pragma once

#include <string>
#include <string_view>

#include "container/engine/engine.h"

namespace headroom {

/// Whether it is a unit of systemd that is watched without any container (`headroom watch`).
[[nodiscard]] bool IsUnit(const EngineIdentity& engine);

/// What systemd can change while the unit runs: "systemctl set-property web.service MemoryMax=...".
/// `assignment` is written as a unit file has it. Pure.
[[nodiscard]] std::string UnitPropertyAdvice(const EngineIdentity& engine,
                                             std::string_view assignment);

/// What counts from its next start on: "put OOMPolicy=kill below [Service] (systemctl edit ...)".
[[nodiscard]] std::string UnitSettingAdvice(const EngineIdentity& engine,
                                            std::string_view assignment);

}  // namespace headroom
