#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "container/facts/facts.h"

namespace headroom {

/// Where systemd keeps the unit files of this boot: /run/systemd, or that of a user's manager.
struct UnitDirectories {
  std::string system = "/run/systemd";
  std::string users = "/run/user";  ///< <users>/<uid>/systemd
};

/// The systemd unit whose own cgroup `cgroup_path` is, by the ending of its last component (.scope,
/// .service, .slice), and what its files say; nullopt for a cgroup below a unit's, or of none.
///
/// systemd (252) writes what a transient unit was made with into transient/<unit>, and what it was
/// told later (set-property; runc does so for limits) into transient/<unit>.d/50-<Name>.conf; for
/// other units the second place is system.control/<unit>.d. Settings that an administrator gives a
/// whole family of units ("docker-.scope.d") are not looked for.
[[nodiscard]] std::optional<UnitFacts> FindUnit(std::string_view cgroup_path,
                                                const UnitDirectories& directories);

/// Whether the text of a unit file bounds swap: the last MemorySwapMax= counts, and "infinity" or
/// nothing behind it means no bound. nullopt: it has no such line. Pure.
[[nodiscard]] std::optional<bool> SetsSwapMax(std::string_view unit_file);

}  // namespace headroom
