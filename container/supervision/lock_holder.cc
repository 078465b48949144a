#include "container/supervision/lock_holder.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/file.h"
#include "base/text.h"
#include "container/supervision/supervisor_units.h"
#include "kernel/proc/process.h"

namespace headroom {

std::optional<pid_t> HolderThatGivesWay(const HostView& host, int lock) {
  const auto text = ReadOpenFile(lock, "headroomd.lock", 64);
  const auto pid = text ? ParseUint64(Trimmed(*text)) : std::nullopt;
  if (!pid || *pid == 0 || *pid > static_cast<std::uint64_t>(INT32_MAX)) return std::nullopt;
  const auto stat = ReadProcessStat(host, static_cast<pid_t>(*pid));
  if (!stat || stat->comm != "headroomd") return std::nullopt;
  return static_cast<pid_t>(*pid);
}

std::string CommandToStop(const HostView& host, pid_t holder, bool of_user) {
  const std::string unit = TransientUnitsOfSystem().headroomd.name;
  const auto cgroups = ReadProcessFile(host, holder, "cgroup", 65536);
  if (!cgroups || cgroups->find("/" + unit + ".service") == std::string::npos) {
    return fmt::format("kill {}", holder);
  }
  return fmt::format("systemctl {}stop {}", of_user ? "--user " : "", unit);
}

}  // namespace headroom
