#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"

namespace headroom {

/// A cgroup at the level whose memory ran out, read just after the kill: what died is no longer in
/// its figures.
struct Neighbour {
  std::string path;  ///< below the cgroup mount; bytes
  std::optional<Bytes> current;
  std::optional<Bytes> anon;
  std::optional<Bytes> shmem;
  std::optional<Bytes> file;  ///< shmem included
  std::optional<Limit> max;
  bool container = false;  ///< it is the container's, or holds it
  bool victim = false;     ///< the killed process was in it
  bool trigger = false;    ///< the process that asked for the last page was in it
};

/// The process in whose name the kernel looked for memory when there was none.
struct OomTrigger {
  int pid = 0;
  std::string comm;                   ///< bytes
  std::optional<std::string> cgroup;  ///< nullopt: it had ended before it was looked at
};

/// neighbours.json, schema "headroom.neighbours/1": whom the container shared the memory with that
/// ran out. Written for the limit of a cgroup above the container, and for the host.
struct Neighbours {
  std::string level;  ///< path of the cgroup whose limit was met; "host"
  std::optional<BootTime> read_boot;
  std::optional<std::chrono::microseconds> took;
  std::vector<Neighbour> cgroups;       ///< largest first
  std::optional<std::uint64_t> total;   ///< there may be more than rows
  bool truncated = false;               ///< not all could be looked at within the bounds
  std::optional<Bytes> host_available;  ///< MemAvailable and MemFree of the host at that moment
  std::optional<Bytes> host_free;
  std::optional<OomTrigger> trigger;  ///< nullopt: the kernel's log does not name it
};
[[nodiscard]] std::string SerializeNeighbours(const Neighbours& neighbours);
[[nodiscard]] Result<Neighbours> ParseNeighbours(std::string_view text, std::string_view where);

}  // namespace headroom
