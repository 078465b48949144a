#pragma once

#include <ctime>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "kernel/host_view.h"
#include "kernel/trace/trace_pipe.h"

namespace headroom {

/// A trace buffer of our own (Documentation/trace/ftrace.rst, "Instances"), in which the kernel
/// writes down who sends SIGKILL, SIGTERM, SIGABRT and SIGBUS to whom, whom its OOM killer chose,
/// and when a runtime is called. Nobody else's tracing is touched. Removed when the object ends;
/// what is left of a process that was killed is removed by the next one.
///
/// Costs TraceKilobytesPerCpu() a processor; and while it stands, two instructions more at each
/// switch of processes, by which the kernel remembers names. One owner, one thread.
class TraceInstance {
 public:
  /// Makes `<tracefs>/instances/headroom-<pid>-<start>`, of this process, after removing those of
  /// processes that are gone. kNotFound: no tracefs is mounted there. kDenied: it may not be
  /// written (no privilege, or a locked-down kernel).
  [[nodiscard]] static Result<TraceInstance> Create(const HostView& host,
                                                    const std::string& tracefs);
  TraceInstance(TraceInstance&& other) noexcept;
  TraceInstance& operator=(TraceInstance&& other) noexcept;
  ~TraceInstance() { Remove(); }

  [[nodiscard]] TracePipe& pipe() { return *pipe_; }
  [[nodiscard]] const TracePipe& pipe() const { return *pipe_; }
  /// Events that the kernel had no room for since it stands, on all processors. A read of a small
  /// file each. nullopt: not all of them tell.
  [[nodiscard]] std::optional<std::uint64_t> ReadLost() const;
  /// A time of the instance's clock as time since boot. That is the kernel's "boot" clock; where it
  /// has none, "mono", and what the machine was suspended is added.
  [[nodiscard]] BootTime ToBootTime(std::chrono::nanoseconds at) const;

 private:
  explicit TraceInstance(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] Status SetUp();
  void Remove();

  std::string path_;  ///< empty: moved from
  std::optional<TracePipe> pipe_;
  bool counts_suspended_ = true;
};

/// The buffer of one processor, KiB: a machine of few has room for the thousand signals that the
/// end of a large container sends within a moment (some 100 bytes each), and one of many does not
/// pay for it with memory. 16 to 256. Exported for tests.
[[nodiscard]] long TraceKilobytesPerCpu(long cpus);

/// Where tracefs is: /sys/kernel/tracing, else below debugfs, as it is on older systems; empty
/// when in neither place.
[[nodiscard]] std::string FindTracefs();

/// Of the instance at `path`. Exported for tests.
[[nodiscard]] std::optional<std::uint64_t> ReadLostEvents(const std::string& path);

/// Removes the instances below `tracefs` that a process has left which is gone. Exported for tests.
void RemoveStaleInstances(const HostView& host, const std::string& tracefs);

}  // namespace headroom
