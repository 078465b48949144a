#include "cli/systemd/unit_property.h"

#include <linux/capability.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

namespace headroom {
namespace {

/// All of these return negative for an errno, by sd-bus's own convention.
using Append = int (*)(sd_bus_message* message, std::string_view value);

struct NamedNumber {
  std::string_view name;
  std::uint64_t number;
};
constexpr auto kUnits = std::to_array<NamedNumber>({{"M", 1U << 20U}, {"ms", 1000}});
constexpr auto kNumbers =
    std::to_array<NamedNumber>({{"SIGKILL", SIGKILL}, {"EPERM", EPERM}, {"infinity", UINT64_MAX}});
constexpr auto kCapabilities = std::to_array<NamedNumber>({{"CAP_DAC_OVERRIDE", CAP_DAC_OVERRIDE},
                                                           {"CAP_NET_ADMIN", CAP_NET_ADMIN},
                                                           {"CAP_SYS_PTRACE", CAP_SYS_PTRACE},
                                                           {"CAP_SYSLOG", CAP_SYSLOG}});

template <std::size_t N>
std::optional<std::uint64_t> NumberOf(const std::array<NamedNumber, N>& names,
                                      std::string_view name) {
  const auto* const found = std::ranges::find(names, name, &NamedNumber::name);
  return found == names.end() ? std::nullopt : std::optional(found->number);
}

std::string Text(std::string_view view) { return std::string(view); }

int AppendText(sd_bus_message* message, std::string_view value) {
  return sd_bus_message_append(message, "v", "s", Text(value).c_str());
}

int AppendFlag(sd_bus_message* message, std::string_view value) {
  if (value != "yes" && value != "no") return -EINVAL;
  return sd_bus_message_append(message, "v", "b", value == "yes" ? 1 : 0);
}

int AppendInt(sd_bus_message* message, std::string_view value) {
  const auto named = NumberOf(kNumbers, value);
  const auto number = named ? static_cast<std::int64_t>(*named) : ParseInt64(value);
  if (!number) return -EINVAL;
  return sd_bus_message_append(message, "v", "i", static_cast<std::int32_t>(*number));
}

/// "65536", "32M", "infinity"; with `bare` the worth of a number without a unit.
int AppendAmount(sd_bus_message* message, std::string_view value, std::uint64_t bare) {
  const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
  auto number = ParseUint64(value.substr(0, digits));
  auto unit = std::optional(bare);
  if (digits == 0) {
    number = NumberOf(kNumbers, value);
    unit = 1;
  } else if (digits < value.size()) {
    unit = NumberOf(kUnits, value.substr(digits));
  }
  if (!number || !unit) return -EINVAL;
  return sd_bus_message_append(message, "v", "t", *number * *unit);
}
int AppendSize(sd_bus_message* message, std::string_view value) {
  return AppendAmount(message, value, 1);
}
/// In microseconds.
int AppendTime(sd_bus_message* message, std::string_view value) {
  return AppendAmount(message, value, 1'000'000);
}

int AppendMode(sd_bus_message* message, std::string_view value) {
  std::uint32_t mode = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), mode, 8);
  if (read.ec != std::errc{} || read.ptr != value.data() + value.size()) return -EINVAL;
  return sd_bus_message_append(message, "v", "u", mode);
}

int AppendList(sd_bus_message* message, const std::vector<std::string_view>& words) {
  int done = sd_bus_message_open_container(message, 'a', "s");
  for (const std::string_view word : words) {
    if (done >= 0) done = sd_bus_message_append(message, "s", Text(word).c_str());
  }
  return done < 0 ? done : sd_bus_message_close_container(message);
}

int AppendWords(sd_bus_message* message, std::string_view value) {
  int done = sd_bus_message_open_container(message, 'v', "as");
  if (done >= 0) done = AppendList(message, Words(value));
  return done < 0 ? done : sd_bus_message_close_container(message);
}

/// What is allowed, or behind "~" what is not.
int AppendFilter(sd_bus_message* message, std::string_view value) {
  const bool allows = !value.starts_with('~');
  int done = sd_bus_message_open_container(message, 'v', "(bas)");
  if (done >= 0) done = sd_bus_message_open_container(message, 'r', "bas");
  if (done >= 0) done = sd_bus_message_append(message, "b", allows ? 1 : 0);
  if (done >= 0) done = AppendList(message, Words(value.substr(allows ? 0 : 1)));
  for (int open = 0; open < 2; ++open) {
    if (done >= 0) done = sd_bus_message_close_container(message);
  }
  return done;
}

/// The kinds of namespaces that are left: none.
int AppendNamespaces(sd_bus_message* message, std::string_view value) {
  if (value != "yes") return -EINVAL;
  return sd_bus_message_append(message, "v", "t", std::uint64_t{0});
}

int AppendCapabilities(sd_bus_message* message, std::string_view value) {
  std::uint64_t set = 0;
  for (const std::string_view word : Words(value)) {
    const auto number = NumberOf(kCapabilities, word);
    if (!number) return -EINVAL;
    set |= std::uint64_t{1} << *number;
  }
  return sd_bus_message_append(message, "v", "t", set);
}

int AppendDevice(sd_bus_message* message, std::string_view value) {
  const auto words = Words(value);
  if (words.size() != 2) return -EINVAL;
  return sd_bus_message_append(message, "v", "a(ss)", 1, Text(words[0]).c_str(),
                               Text(words[1]).c_str());
}

/// Any: of either family those that share no bit with 0.
int AppendAddresses(sd_bus_message* message, std::string_view value) {
  if (value != "any") return -EINVAL;
  int done = sd_bus_message_open_container(message, 'v', "a(iayu)");
  if (done >= 0) done = sd_bus_message_open_container(message, 'a', "(iayu)");
  for (const auto& [family, size] : {std::pair{AF_INET, 4U}, std::pair{AF_INET6, 16U}}) {
    const std::array<std::uint8_t, 16> zeroes{};
    if (done >= 0) done = sd_bus_message_open_container(message, 'r', "iayu");
    if (done >= 0) done = sd_bus_message_append(message, "i", family);
    if (done >= 0) done = sd_bus_message_append_array(message, 'y', zeroes.data(), size);
    if (done >= 0) done = sd_bus_message_append(message, "u", 0);
    if (done >= 0) done = sd_bus_message_close_container(message);
  }
  for (int open = 0; open < 2; ++open) {
    if (done >= 0) done = sd_bus_message_close_container(message);
  }
  return done;
}

/// A program without arguments, with the unit's own powers.
int AppendCommand(sd_bus_message* message, std::string_view value) {
  const std::string path = Text(value);
  if (!path.starts_with('/') || path.find(' ') != std::string::npos) return -EINVAL;
  return sd_bus_message_append(message, "v", "a(sasb)", 1, path.c_str(), 1, path.c_str(), 0);
}
/// With all those that systemd has.
int AppendPrivileged(sd_bus_message* message, std::string_view value) {
  const std::string path = Text(value);
  if (!path.starts_with('/') || path.find(' ') != std::string::npos) return -EINVAL;
  return sd_bus_message_append(message, "v", "a(sasas)", 1, path.c_str(), 1, path.c_str(), 1,
                               "privileged");
}

struct Property {
  std::string_view key;  ///< with a prefix of the value, where that is another property
  Append append;
  const char* name = nullptr;    ///< on the bus; nullptr: the key
  const char* second = nullptr;  ///< another one that gets the same
};
constexpr auto kProperties = std::to_array<Property>({
    {"CapabilityBoundingSet", AppendCapabilities},
    {"DeviceAllow", AppendDevice},
    {"DevicePolicy", AppendText},
    {"ExecStopPost", AppendCommand},
    {"ExecStopPost=+", AppendPrivileged, "ExecStopPostEx"},
    {"IPAddressDeny", AppendAddresses},
    {"KeyringMode", AppendText},
    {"LimitMEMLOCK", AppendSize, "LimitMEMLOCK", "LimitMEMLOCKSoft"},
    {"LimitNOFILE", AppendSize, "LimitNOFILE", "LimitNOFILESoft"},
    {"LockPersonality", AppendFlag},
    {"MemoryDenyWriteExecute", AppendFlag},
    {"MemoryMin", AppendSize},
    {"NoNewPrivileges", AppendFlag},
    {"OOMScoreAdjust", AppendInt},
    {"PrivateDevices", AppendFlag},
    {"PrivateNetwork", AppendFlag},
    {"PrivateTmp", AppendFlag},
    {"ProcSubset", AppendText},
    {"ProtectClock", AppendFlag},
    {"ProtectControlGroups", AppendFlag},
    {"ProtectHome", AppendText},
    {"ProtectHostname", AppendFlag},
    {"ProtectKernelLogs", AppendFlag},
    {"ProtectKernelModules", AppendFlag},
    {"ProtectKernelTunables", AppendFlag},
    {"ProtectProc", AppendText},
    {"ProtectSystem", AppendText},
    {"ReadWritePaths", AppendWords},
    {"Restart", AppendText},
    {"RestartSec", AppendTime, "RestartUSec"},
    {"RestrictAddressFamilies", AppendFilter},
    {"RestrictNamespaces", AppendNamespaces},
    {"RestrictRealtime", AppendFlag},
    {"RestrictSUIDSGID", AppendFlag},
    {"RuntimeDirectory", AppendWords},
    {"RuntimeDirectoryMode", AppendMode},
    {"RuntimeDirectoryPreserve", AppendText},
    {"StartLimitIntervalSec", AppendTime, "StartLimitIntervalUSec"},
    {"StateDirectory", AppendWords},
    {"StateDirectoryMode", AppendMode},
    {"SystemCallArchitectures", AppendWords},
    {"SystemCallErrorNumber", AppendInt},
    {"SystemCallFilter", AppendFilter},
    {"TimeoutAbortSec", AppendTime, "TimeoutAbortUSec"},
    {"TimeoutStopSec", AppendTime, "TimeoutStopUSec"},
    {"Type", AppendText},
    {"UMask", AppendMode},
    {"WatchdogSec", AppendTime, "WatchdogUSec"},
    {"WatchdogSignal", AppendInt},
});

int AppendNamed(sd_bus_message* message, const char* name, Append append, std::string_view value) {
  int done = sd_bus_message_open_container(message, 'r', "sv");
  if (done >= 0) done = sd_bus_message_append(message, "s", name);
  if (done >= 0) done = append(message, value);
  return done < 0 ? done : sd_bus_message_close_container(message);
}

}  // namespace

int AppendUnitProperty(sd_bus_message* message, std::string_view line) {
  std::size_t key_size = line.find('=');
  if (key_size == std::string_view::npos) return -EINVAL;
  std::size_t value_at = key_size + 1;
  // What has a prefix has another type, and so another name.
  if (line.substr(value_at).starts_with('+')) key_size = ++value_at;
  const auto* const known =
      std::ranges::find(kProperties, line.substr(0, key_size), &Property::key);
  if (known == kProperties.end()) return -EINVAL;
  const std::string_view value = line.substr(value_at);
  const std::string name = known->name == nullptr ? Text(known->key) : known->name;
  const int done = AppendNamed(message, name.c_str(), known->append, value);
  if (done < 0 || known->second == nullptr) return done;
  return AppendNamed(message, known->second, known->append, value);
}

}  // namespace headroom
