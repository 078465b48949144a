#pragma once

#include <functional>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/exit/exit_message.h"

namespace headroom {

/// The process connector (Documentation/driver-api/connector.rst, linux/cn_proc.h): the kernel
/// tells how processes end, also those that are not our children. Only what ExitFilter() passes is
/// heard. While somebody listens, every start and end of a process makes the kernel put a message
/// together; so it is closed where nothing is watched. One owner, one thread.
class ExitConnector {
 public:
  /// kDenied without CAP_NET_ADMIN; outside of the first user or process namespace the kernel does
  /// not answer, and nothing is heard.
  [[nodiscard]] static Result<ExitConnector> Open();
  ExitConnector(ExitConnector&&) noexcept = default;
  ExitConnector& operator=(ExitConnector&& other) noexcept;
  ~ExitConnector() { StopListening(); }

  /// Calls `take` for what is there now, without blocking. kDenied when the kernel has refused to
  /// tell. What was lost (ENOBUFS) is passed over: such an end is not known.
  [[nodiscard]] Status Drain(const std::function<void(const ExitMessage&)>& take);

  [[nodiscard]] int fd() const { return fd_.get(); }  ///< for EPOLLIN

 private:
  explicit ExitConnector(UniqueFd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] Status Ask(int operation) const;
  void StopListening();

  UniqueFd fd_;
};

}  // namespace headroom
