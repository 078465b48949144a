#include "cli/run/scope.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include "cli/systemd/bus.h"

namespace headroom {
namespace {

constexpr const char* kSystemd = "systemd";

/// Negative: an errno, by sd-bus's own convention.
int AppendProperties(sd_bus_message* message, const ScopeRequest& request) {
  const auto pid = static_cast<std::uint32_t>(request.pid);
  int done = sd_bus_message_append(message, "(sv)(sv)(sv)", "Description", "s",
                                   request.description.c_str(), "PIDs", "au", 1, pid,
                                   "MemoryAccounting", "b", 1);
  if (done < 0) return done;
  // One that ended by a kill would keep its name without the last one.
  return sd_bus_message_append(message, "(sv)(sv)(sv)", "MemoryMax", "t", request.memory.value,
                               "DelegateControllers", "as", 2, "memory", "pids", "CollectMode", "s",
                               "inactive-or-failed");
}

int Fill(sd_bus_message* message, const ScopeRequest& request) {
  int done = sd_bus_message_append(message, "ss", request.unit.c_str(), "fail");
  if (done >= 0) done = sd_bus_message_open_container(message, 'a', "(sv)");
  if (done >= 0) done = AppendProperties(message, request);
  if (done >= 0) done = sd_bus_message_close_container(message);
  return done < 0 ? done : sd_bus_message_append(message, "a(sa(sv))", 0);
}

}  // namespace

bool HostRunsSystemd() { return sd_booted() > 0; }

Status StartScope(const ScopeRequest& request) {
  const auto bus = OpenSystemd();
  if (!bus) return std::unexpected(bus.error());
  sd_bus_message* raw = nullptr;
  int done = sd_bus_message_new_method_call(bus->get(), &raw, kSystemdName, kSystemdPath,
                                            kSystemdManager, "StartTransientUnit");
  const BusMessage message(raw);
  if (done >= 0) done = Fill(message.get(), request);
  if (done < 0) return SystemError(kSystemd, "cannot be asked", -done);
  BusError error;
  done = sd_bus_call(bus->get(), message.get(), 0, error.get(), nullptr);
  if (done >= 0) return {};
  if (error.Is("org.freedesktop.systemd1.UnitExists")) {
    return MakeError(ErrorCode::kExists, request.unit, "is there already");
  }
  return MakeError(ErrorCode::kSystem, kSystemd,
                   fmt::format("made no {}: {}", request.unit, error.Text(done)));
}

}  // namespace headroom
