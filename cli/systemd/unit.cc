#include "cli/systemd/unit.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "base/text.h"
#include "cli/systemd/bus.h"

namespace headroom {
namespace {

/// systemd's own bound (UNIT_NAME_MAX), the end of a string counted.
constexpr std::size_t kLongestName = 255;

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};

/// Reads properties of one unit.
class UnitReader {
 public:
  UnitReader(sd_bus* bus, std::string path) : bus_(bus), path_(std::move(path)) {}

  /// Empty where it has none of that name.
  [[nodiscard]] std::string Text(const char* interface, const char* property) const {
    char* raw = nullptr;
    BusError error;
    const int done = sd_bus_get_property_string(bus_, kSystemdName, path_.c_str(), interface,
                                                property, error.get(), &raw);
    const std::unique_ptr<char, FreeText> text(raw);
    return done < 0 || raw == nullptr ? "" : std::string(raw);
  }
  [[nodiscard]] std::uint32_t Number(const char* interface, const char* property) const {
    std::uint32_t value = 0;
    BusError error;
    const int done = sd_bus_get_property_trivial(bus_, kSystemdName, path_.c_str(), interface,
                                                 property, error.get(), 'u', &value);
    return done < 0 ? 0 : value;
  }

 private:
  sd_bus* bus_;
  std::string path_;
};

/// The object's path; a unit that nobody knows has one too, and says that it is not found.
Result<std::string> PathOf(sd_bus* bus, const std::string& unit) {
  sd_bus_message* raw = nullptr;
  BusError error;
  const int done = sd_bus_call_method(bus, kSystemdName, kSystemdPath, kSystemdManager, "LoadUnit",
                                      error.get(), &raw, "s", unit.c_str());
  const BusMessage reply(raw);
  const char* path = nullptr;
  if (done < 0 || sd_bus_message_read(reply.get(), "o", &path) < 0) {
    return MakeError(
        ErrorCode::kSystem, "systemd",
        fmt::format("says nothing of {}: {}", unit, EscapedForPeople(error.Text(done))));
  }
  return std::string(path);
}

bool IsUnitByte(char c) {
  constexpr std::string_view kMore = ":-_.\\@";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMore.find(c) != std::string_view::npos;
}

}  // namespace

Result<UnitState> AskSystemd(const std::string& unit) {
  return AskSystemdOf(SystemdOwner::kSystem, unit);
}

Result<UnitState> AskSystemdOf(SystemdOwner owner, const std::string& unit) {
  const auto bus = OpenSystemd(owner);
  if (!bus) return std::unexpected(bus.error());
  const auto path = PathOf(bus->get(), unit);
  if (!path) return std::unexpected(path.error());
  const UnitReader reader(bus->get(), *path);
  constexpr const char* kUnit = "org.freedesktop.systemd1.Unit";
  const char* kind = unit.ends_with(".scope") ? "org.freedesktop.systemd1.Scope"
                                              : "org.freedesktop.systemd1.Service";
  UnitState state;
  state.loaded = reader.Text(kUnit, "LoadState") == "loaded";
  state.active_state = reader.Text(kUnit, "ActiveState");
  state.control_group = reader.Text(kind, "ControlGroup");
  state.oom_policy = reader.Text(kind, "OOMPolicy");
  const std::uint32_t main = reader.Number(kind, "MainPID");
  if (main > 0) state.main = static_cast<pid_t>(main);
  return state;
}

Result<std::string> UnitNameOf(std::string_view text) {
  constexpr std::array<std::string_view, 10> kOthers = {
      ".slice", ".socket", ".timer",  ".mount",  ".automount",
      ".swap",  ".path",   ".target", ".device", ".snapshot"};
  const std::string shown = EscapedForPeople(text);
  const bool is_name = !text.empty() && std::ranges::all_of(text, IsUnitByte);
  if (!is_name) return MakeError(ErrorCode::kMalformed, shown, "is no name of a unit");
  for (const std::string_view other : kOthers) {
    if (!text.ends_with(other)) continue;
    return MakeError(ErrorCode::kMalformed, shown,
                     "is neither a service nor a scope: those alone run processes of their own");
  }
  std::string name(text);
  if (!name.ends_with(".service") && !name.ends_with(".scope")) name += ".service";
  if (name.size() <= kLongestName) return name;
  return MakeError(ErrorCode::kMalformed, shown,
                   fmt::format("is longer than {} bytes", kLongestName));
}

}  // namespace headroom
