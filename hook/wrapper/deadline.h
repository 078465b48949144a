#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <string>

#include "base/unix_address.h"
#include "hook/options.h"

namespace headroom {

/// The end of what headroom-runtime does before the runtime, whatever it waits for: a disk that
/// does not answer, a pipe that nobody reads. While this lives, and once `limit` of real time has
/// passed, the process becomes the runtime with config.json as it is then; with OnError::kClosed,
/// or once the container is denied, it ends with 1 instead. Either is said in the journal.
///
/// One at a time, process-wide; uses SIGALRM and the timer behind it. The runtime finds the
/// dispositions and the mask of signals that were there when this was made.
class Deadline {
 public:
  /// `program` are the runtime's arguments, the first its path, and a null pointer; borrowed.
  Deadline(std::chrono::milliseconds limit, char* const* program, const std::string& container,
           OnError on_error);
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline();

  /// What is denied stays denied.
  void Deny() { becomes_runtime_ = 0; }

 private:
  static void OnAlarm(int signal);
  [[noreturn]] void Expire() const;

  char* const* program_;
  volatile std::sig_atomic_t becomes_runtime_;
  // Made before, as nothing may be allocated in a signal handler.
  std::string goes_on_;
  std::string ends_;
  std::string line_;  ///< the latter, for standard error
  std::optional<UnixAddress> journal_;
  struct sigaction alarm_before_{};
  struct sigaction pipe_before_{};
  sigset_t mask_before_{};
};

}  // namespace headroom
