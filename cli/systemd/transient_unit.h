#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/systemd/bus.h"

namespace headroom {

/// Asks for a unit that lives as long as it has a process, and returns when systemd has taken the
/// request; it is carried out soon after. `append_properties` writes them into the message,
/// negative for an errno. Waits 10 s at most.
///
/// kExists: there is such a unit already. Others name what systemd said.
[[nodiscard]] Status StartTransientUnit(
    SystemdOwner owner, const std::string& unit,
    const std::function<int(sd_bus_message* message)>& append_properties);

/// A service that is forgotten when it has ended.
struct ServiceRequest {
  std::string unit;  ///< "x.service"
  std::string description;
  std::string slice;                     ///< empty: where that systemd puts it
  std::vector<std::string> command;      ///< a path, and its arguments
  std::vector<std::string> environment;  ///< "NAME=value", beside what systemd gives
  /// Lines of a unit file (cli/systemd/unit_property.h).
  std::span<const char* const> properties;
};
[[nodiscard]] Status StartTransientService(SystemdOwner owner, const ServiceRequest& request);

}  // namespace headroom
