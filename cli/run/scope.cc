#include "cli/run/scope.h"

#include <fmt/format.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

#include <cerrno>
#include <memory>

namespace headroom {
namespace {

constexpr std::uint64_t kPatienceUs = 10'000'000;
constexpr const char* kSystemd = "systemd";

struct BusCloser {
  void operator()(sd_bus* bus) const { (void)sd_bus_flush_close_unref(bus); }
};
using Bus = std::unique_ptr<sd_bus, BusCloser>;

struct MessageUnref {
  void operator()(sd_bus_message* message) const { (void)sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, MessageUnref>;

/// A reply of the bus; owns its texts.
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
  [[nodiscard]] std::string Text(int failed) const {
    return error_.message != nullptr ? error_.message : fmt::format("error {}", -failed);
  }

 private:
  sd_bus_error error_{};
};

/// PID 1's own socket, for root alone.
int OpenPrivate(sd_bus** bus) {
  int done = sd_bus_new(bus);
  if (done >= 0) done = sd_bus_set_address(*bus, "unix:path=/run/systemd/private");
  return done < 0 ? done : sd_bus_start(*bus);
}

Result<Bus> OpenBus() {
  sd_bus* raw = nullptr;
  int opened = sd_bus_open_system(&raw);
  Bus bus(raw);
  if (opened < 0) {
    raw = nullptr;
    opened = OpenPrivate(&raw);
    bus.reset(raw);
  }
  if (opened < 0) return SystemError(kSystemd, "cannot be reached", -opened);
  (void)sd_bus_set_method_call_timeout(bus.get(), kPatienceUs);
  return bus;
}

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
  const auto bus = OpenBus();
  if (!bus) return std::unexpected(bus.error());
  sd_bus_message* raw = nullptr;
  int done = sd_bus_message_new_method_call(
      bus->get(), &raw, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
      "org.freedesktop.systemd1.Manager", "StartTransientUnit");
  const Message message(raw);
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
