#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace headroom {

/// One process as it was named at that moment. Bytes; escape to print.
struct NamedProcess {
  int pid = 0;
  std::string comm;
  std::string exe;  ///< path; empty: not known
};

/// Who sent a signal, as far as was seen.
struct SignalSender {
  NamedProcess process;  ///< the number is a thread's where the process was gone
  bool seen = false;     ///< it was looked at while it lived; false: only the trace names it
  std::string cgroup;    ///< path of version 2; empty: not known
  std::string unit;      ///< systemd's, out of that path; empty: in none, or not known
  /// Whether it ran in the host's mount namespace and in no watched container: only then its names
  /// are those of the host's own files. nullopt: not known.
  std::optional<bool> of_host;
  std::vector<NamedProcess> parents;  ///< nearest first, while they lived, without pid 1
};

/// One signal to a process of the container.
struct SentSignal {
  BootTime at{};
  int signal = 0;
  int code = 0;  ///< si_code (sigaction(2)): above 0 from the kernel
  int target = 0;
  std::string target_comm;
  std::string result;                  ///< "delivered", "ignored", "pending" or "lost"
  std::optional<SignalSender> sender;  ///< nullopt: the kernel itself
  std::string via;  ///< the runtime whose hand the sender is, "runc"; empty: none such
  /// How often the same process sent the same again, each within a second of the one before.
  std::uint64_t repeats = 0;
};

/// What systemd-oomd wrote on a cgroup: how often it has killed there.
struct OomdMark {
  std::string cgroup;
  std::optional<std::uint64_t> kills;  ///< user.oomd_kill: processes
  std::optional<std::uint64_t> ooms;   ///< user.oomd_ooms: times
};

/// kernel/signals.json, schema "headroom.signals/1": who sent what to the container's processes.
/// SIGKILL, SIGTERM, SIGABRT and SIGBUS alone.
struct SignalRecord {
  std::vector<SentSignal> signals;  ///< oldest first
  std::vector<int> oom_victims;     ///< of its processes, those that the OOM killer chose
  std::vector<OomdMark> oomd;
  std::uint64_t dropped = 0;  ///< signals to this container that were not kept
  std::uint64_t lost = 0;     ///< events that the kernel had no room for, on the whole host
};
[[nodiscard]] std::string SerializeSignals(const SignalRecord& record);
[[nodiscard]] Result<SignalRecord> ParseSignals(std::string_view text, std::string_view where);

}  // namespace headroom
