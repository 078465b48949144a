#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "explain/inputs/inputs.h"

namespace headroom {

/// The process that the kernel chose.
struct Victim {
  std::optional<int> pid;  ///< nullopt: only counted, no report names it
  std::string comm;        ///< bytes; escape to print
  std::optional<Bytes> rss;
  bool rss_at_snapshot = false;  ///< the size is that of the process table, not of the kernel
  bool is_init = false;
  std::string evidence;
  std::optional<Bytes> anon;
  std::optional<Bytes> shmem;
};

/// The report to explain of those that concern the container: the one that killed its init, else
/// the last. nullptr when there is none.
[[nodiscard]] const OomEvent* ChooseEvent(const Inputs& inputs);

[[nodiscard]] Victim FindVictim(const Inputs& inputs, const OomEvent* event);

/// Whether one of the reports of the incident names it as killed.
[[nodiscard]] bool WasKilled(const Inputs& inputs, int pid);

/// Different processes that were killed, over all reports of the incident: a group kill is logged
/// and counted twice for its first victim. nullopt without reports.
[[nodiscard]] std::optional<std::uint64_t> ProcessesKilled(const Inputs& inputs);

/// The row of the process table at the snapshot; nullptr when it is not there.
[[nodiscard]] const ProcessRow* FindProcess(const Inputs& inputs, int pid);

}  // namespace headroom
