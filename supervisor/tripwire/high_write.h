#pragma once

#include <pthread.h>

#include <atomic>
#include <mutex>
#include <optional>

#include "base/bytes.h"
#include "base/unique_fd.h"

namespace headroom {

/// One write of a number to memory.high, by a worker's thread.
///
/// The kernel sets the number first and reclaims then, inside the write, until the usage is below
/// it, though somebody else may have set another one meanwhile (mm/memcontrol.c, memory_high_write;
/// O_NONBLOCK spares it only on Linux 6.17 and later). Against a container that reads files as fast
/// as they are reclaimed that has no end, but for a signal: the number stays, the write is over.
class HighWrite {
 public:
  HighWrite(UniqueFd memory_high, Bytes high);
  HighWrite(const HighWrite&) = delete;
  HighWrite& operator=(const HighWrite&) = delete;
  ~HighWrite() = default;

  /// Once, in the worker's thread. Never over a number that stands there: that is somebody's. False
  /// where nothing was written. A number that is void by its end is taken back.
  [[nodiscard]] bool Run();
  /// The number is not wanted any more; what Run() is at ends soon. Any thread.
  void Void();
  /// What Run() is at ends soon, and its number stays. Any thread. Without effect where it comes
  /// just before the kernel does: try again while the write is under way.
  void Interrupt();

  /// The number stands from here on, if it could be written. Any thread.
  [[nodiscard]] bool begun() const { return begun_.load(); }
  [[nodiscard]] Bytes high() const { return high_; }

 private:
  [[nodiscard]] bool Write();

  UniqueFd memory_high_;
  Bytes high_;
  std::atomic<bool> void_{false};
  std::atomic<bool> begun_{false};
  std::mutex mutex_;
  std::optional<pthread_t> writer_;  ///< guarded by mutex_; who is in the write
};

}  // namespace headroom
