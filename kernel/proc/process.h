#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/host_view.h"

namespace headroom {

/// Who a process is, beyond its reusable number: proc(5) stat field 22.
/// Unit of start_ticks: clock ticks since boot.
struct ProcessId {
  pid_t pid = 0;
  std::uint64_t start_ticks = 0;

  auto operator<=>(const ProcessId&) const = default;
};

/// From /proc/PID/stat. `comm` is bytes that the process chose: escape before printing.
struct ProcessStat {
  ProcessId id;
  std::string comm;
  char state = '?';
  pid_t parent = 0;
  std::optional<int> exit_code;  ///< wait status; readable only with ptrace access, else absent
};

/// Pure. The name may hold spaces and parentheses: it ends at the last ')'.
[[nodiscard]] Result<ProcessStat> ParseProcessStat(std::string_view text);
/// kGone when there is no such process (any more).
[[nodiscard]] Result<ProcessStat> ReadProcessStat(const HostView& host, pid_t pid);

/// From /proc/PID/status. A process without an address space (a zombie, a kernel thread) has no
/// Vm lines: those are nullopt.
struct ProcessStatus {
  std::string name;  ///< as the kernel escapes it in this file
  std::optional<pid_t> tgid;
  std::optional<std::uint64_t> uid;  ///< real
  std::optional<std::uint64_t> threads;
  std::optional<Bytes> vm_rss;
  std::optional<Bytes> rss_anon;
  std::optional<Bytes> rss_file;
  std::optional<Bytes> rss_shmem;
  std::optional<Bytes> vm_swap;
  std::optional<Bytes> vm_pte;
};
[[nodiscard]] Result<ProcessStatus> ParseProcessStatus(std::string_view text);

/// The memory cgroup of a process, from /proc/PID/cgroup text.
struct ProcessCgroup {
  std::optional<std::string> v2;         ///< path of the "0::" line
  std::optional<std::string> v1_memory;  ///< path of the line whose controllers hold "memory"

  /// In the hierarchy that has the memory controller: the kernel prints the line of a controller
  /// only while that is on a hierarchy of v1.
  [[nodiscard]] const std::optional<std::string>& memory() const {
    return v1_memory ? v1_memory : v2;
  }
};
/// Pure. " (deleted)" behind a path is cut off. kMalformed without a single usable line.
[[nodiscard]] Result<ProcessCgroup> ParseProcessCgroup(std::string_view text);
[[nodiscard]] Result<ProcessCgroup> ReadProcessCgroup(const HostView& host, pid_t pid);

/// A descriptor of the process itself (pidfd_open(2), Linux 5.3): polls readable when it has
/// ended. kGone when it has ended already; kSystem with ENOSYS on older kernels.
[[nodiscard]] Result<UniqueFd> OpenPidfd(pid_t pid);

/// A file of /proc/PID, at most `max_bytes`. kGone when the process is gone.
[[nodiscard]] Result<std::string> ReadProcessFile(const HostView& host, pid_t pid,
                                                  const std::string& file, std::size_t max_bytes);

/// The same by one read(2), for the files that ReadValueAt (base/file.h) is for.
[[nodiscard]] Result<std::string> ReadProcessValue(const HostView& host, pid_t pid,
                                                   const std::string& file, std::size_t max_bytes);

/// Name and value of this boot (/proc/sys/kernel/random/boot_id), without the line end.
[[nodiscard]] Result<std::string> ReadBootId(const HostView& host);

}  // namespace headroom
