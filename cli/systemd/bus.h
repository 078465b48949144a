#pragma once

#include <systemd/sd-bus.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace headroom {

/// What sd-bus gives out, freed at the end of the scope.
struct BusCloser {
  void operator()(sd_bus* bus) const { (void)sd_bus_flush_close_unref(bus); }
};
using Bus = std::unique_ptr<sd_bus, BusCloser>;

struct BusMessageUnref {
  void operator()(sd_bus_message* message) const { (void)sd_bus_message_unref(message); }
};
using BusMessage = std::unique_ptr<sd_bus_message, BusMessageUnref>;

/// An error that a call may fill; owns its texts.
class BusError {
 public:
  BusError() = default;
  BusError(const BusError&) = delete;
  BusError& operator=(const BusError&) = delete;
  ~BusError() { sd_bus_error_free(&error_); }
  sd_bus_error* get() { return &error_; }
  [[nodiscard]] bool Is(const char* name) const {
    return sd_bus_error_has_name(&error_, name) != 0;
  }
  /// `failed`: what the call returned, for when it filled in nothing.
  [[nodiscard]] std::string Text(int failed) const;

 private:
  sd_bus_error error_{};
};

inline constexpr const char* kSystemdName = "org.freedesktop.systemd1";
inline constexpr const char* kSystemdPath = "/org/freedesktop/systemd1";
inline constexpr const char* kSystemdManager = "org.freedesktop.systemd1.Manager";

/// Which systemd: the host's, or the one that an ordinary user has (user@UID.service).
enum class SystemdOwner { kSystem, kUser };

/// The system's manager: over the system bus, or where no bus runs over systemd's own socket, as
/// systemctl does. The user's: over its own socket below $XDG_RUNTIME_DIR, or else the user's bus.
/// A call waits 10 s at most.
[[nodiscard]] Result<Bus> OpenSystemd(SystemdOwner owner = SystemdOwner::kSystem);

/// The cgroup of that systemd, below which its units have theirs:
/// "/user.slice/user-1000.slice/user@1000.service". Empty: the root.
[[nodiscard]] Result<std::string> CgroupOfSystemd(SystemdOwner owner);

/// A path as it stands in an address of the D-Bus specification: all but [-0-9A-Za-z_/.\\*] is
/// "%" and two digits. Pure.
[[nodiscard]] std::string BusAddressOf(std::string_view path);

}  // namespace headroom
