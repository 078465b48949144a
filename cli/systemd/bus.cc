#include "cli/systemd/bus.h"

#include <fmt/format.h>

#include <cstdlib>
#include <memory>

namespace headroom {
namespace {

constexpr std::uint64_t kPatienceUs = 10'000'000;

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};

/// A systemd's own socket, which takes its own user alone. Negative: an errno.
int OpenPrivate(const std::string& path, Bus& bus) {
  sd_bus* raw = nullptr;
  int done = sd_bus_new(&raw);
  bus.reset(raw);
  if (done >= 0) done = sd_bus_set_address(raw, BusAddressOf(path).c_str());
  return done < 0 ? done : sd_bus_start(raw);
}

int OpenSystem(Bus& bus) {
  sd_bus* raw = nullptr;
  const int opened = sd_bus_open_system(&raw);
  bus.reset(raw);
  return opened >= 0 ? opened : OpenPrivate("/run/systemd/private", bus);
}

/// Its own socket first: the bus that the environment names may be a desktop's, without systemd.
int OpenUser(Bus& bus) {
  const char* dir = std::getenv("XDG_RUNTIME_DIR");
  int opened = dir == nullptr ? -ENOENT : OpenPrivate(std::string(dir) + "/systemd/private", bus);
  if (opened >= 0) return opened;
  sd_bus* raw = nullptr;
  opened = sd_bus_open_user(&raw);
  bus.reset(raw);
  return opened;
}

}  // namespace

std::string BusError::Text(int failed) const {
  return error_.message != nullptr ? error_.message : fmt::format("error {}", -failed);
}

std::string BusAddressOf(std::string_view path) {
  constexpr std::string_view kPlain = "-_/.\\*";
  std::string address = "unix:path=";
  for (const char c : path) {
    const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                          (c >= 'a' && c <= 'z') || kPlain.find(c) != std::string_view::npos;
    address += is_plain
                   ? std::string(1, c)
                   : fmt::format("%{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return address;
}

Result<std::string> CgroupOfSystemd(SystemdOwner owner) {
  const auto bus = OpenSystemd(owner);
  if (!bus) return std::unexpected(bus.error());
  char* raw = nullptr;
  BusError error;
  const int done = sd_bus_get_property_string(bus->get(), kSystemdName, kSystemdPath,
                                              kSystemdManager, "ControlGroup", error.get(), &raw);
  const std::unique_ptr<char, FreeText> text(raw);
  if (done >= 0 && raw != nullptr) return std::string(raw);
  return MakeError(ErrorCode::kSystem, "systemd",
                   fmt::format("does not say which cgroup it has: {}", error.Text(done)));
}

Result<Bus> OpenSystemd(SystemdOwner owner) {
  Bus bus;
  const int opened = owner == SystemdOwner::kUser ? OpenUser(bus) : OpenSystem(bus);
  if (opened < 0) {
    return SystemError(owner == SystemdOwner::kUser ? "this user's systemd" : "systemd",
                       "cannot be reached", -opened);
  }
  (void)sd_bus_set_method_call_timeout(bus.get(), kPatienceUs);
  return bus;
}

}  // namespace headroom
