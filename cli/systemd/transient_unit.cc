#include "cli/systemd/transient_unit.h"

#include <fmt/format.h>

#include "cli/systemd/unit_property.h"

namespace headroom {
namespace {

/// All of these return negative for an errno, by sd-bus's own convention.
int AppendList(sd_bus_message* message, const std::vector<std::string>& words) {
  int done = sd_bus_message_open_container(message, 'a', "s");
  for (const std::string& word : words) {
    if (done >= 0) done = sd_bus_message_append(message, "s", word.c_str());
  }
  return done < 0 ? done : sd_bus_message_close_container(message);
}

int AppendCommand(sd_bus_message* message, const std::vector<std::string>& command) {
  int done = sd_bus_message_open_container(message, 'r', "sv");
  if (done >= 0) done = sd_bus_message_append(message, "s", "ExecStart");
  if (done >= 0) done = sd_bus_message_open_container(message, 'v', "a(sasb)");
  if (done >= 0) done = sd_bus_message_open_container(message, 'a', "(sasb)");
  if (done >= 0) done = sd_bus_message_open_container(message, 'r', "sasb");
  if (done >= 0) done = sd_bus_message_append(message, "s", command.front().c_str());
  if (done >= 0) done = AppendList(message, command);
  if (done >= 0) done = sd_bus_message_append(message, "b", 0);
  for (int open = 0; open < 4; ++open) {
    if (done >= 0) done = sd_bus_message_close_container(message);
  }
  return done;
}

int AppendEnvironment(sd_bus_message* message, const std::vector<std::string>& environment) {
  int done = sd_bus_message_open_container(message, 'r', "sv");
  if (done >= 0) done = sd_bus_message_append(message, "s", "Environment");
  if (done >= 0) done = sd_bus_message_open_container(message, 'v', "as");
  if (done >= 0) done = AppendList(message, environment);
  if (done >= 0) done = sd_bus_message_close_container(message);
  return done < 0 ? done : sd_bus_message_close_container(message);
}

int AppendService(sd_bus_message* message, const ServiceRequest& request) {
  int done =
      sd_bus_message_append(message, "(sv)(sv)", "Description", "s", request.description.c_str(),
                            "CollectMode", "s", "inactive-or-failed");
  if (done >= 0 && !request.slice.empty()) {
    done = sd_bus_message_append(message, "(sv)", "Slice", "s", request.slice.c_str());
  }
  for (const char* property : request.properties) {
    if (done >= 0) done = AppendUnitProperty(message, property);
  }
  if (done >= 0) done = AppendEnvironment(message, request.environment);
  return done < 0 ? done : AppendCommand(message, request.command);
}

int Fill(sd_bus_message* message, const std::string& unit,
         const std::function<int(sd_bus_message*)>& append_properties) {
  int done = sd_bus_message_append(message, "ss", unit.c_str(), "fail");
  if (done >= 0) done = sd_bus_message_open_container(message, 'a', "(sv)");
  if (done >= 0) done = append_properties(message);
  if (done >= 0) done = sd_bus_message_close_container(message);
  return done < 0 ? done : sd_bus_message_append(message, "a(sa(sv))", 0);
}

}  // namespace

Status StartTransientUnit(SystemdOwner owner, const std::string& unit,
                          const std::function<int(sd_bus_message* message)>& append_properties) {
  const char* name = owner == SystemdOwner::kUser ? "this user's systemd" : "systemd";
  const auto bus = OpenSystemd(owner);
  if (!bus) return std::unexpected(bus.error());
  sd_bus_message* raw = nullptr;
  int done = sd_bus_message_new_method_call(bus->get(), &raw, kSystemdName, kSystemdPath,
                                            kSystemdManager, "StartTransientUnit");
  const BusMessage message(raw);
  if (done >= 0) done = Fill(message.get(), unit, append_properties);
  if (done < 0) return SystemError(name, "cannot be asked", -done);
  BusError error;
  done = sd_bus_call(bus->get(), message.get(), 0, error.get(), nullptr);
  if (done >= 0) return {};
  if (error.Is("org.freedesktop.systemd1.UnitExists")) {
    return MakeError(ErrorCode::kExists, unit, "is there already");
  }
  return MakeError(ErrorCode::kSystem, name, fmt::format("made no {}: {}", unit, error.Text(done)));
}

Status StartTransientService(SystemdOwner owner, const ServiceRequest& request) {
  return StartTransientUnit(owner, request.unit, [&](sd_bus_message* message) {
    return AppendService(message, request);
  });
}

}  // namespace headroom
