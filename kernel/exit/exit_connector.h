#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
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
  /// tell us; what it says to others is not believed. What was lost (ENOBUFS) is counted: such an
  /// end is not known.
  [[nodiscard]] Status Drain(const std::function<void(const ExitMessage&)>& take);

  [[nodiscard]] int fd() const { return fd_.get(); }  ///< for EPOLLIN
  /// How often the kernel had no room for messages.
  [[nodiscard]] std::uint64_t overruns() const { return overruns_; }

 private:
  explicit ExitConnector(UniqueFd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] Status Ask(int operation, std::uint32_t ack) const;
  [[nodiscard]] int RefusalIn(std::string_view datagram);
  void StopListening();

  UniqueFd fd_;
  std::uint32_t ack_ = 0;  ///< of our request: a number that nobody else can know
  bool answered_ = false;
  std::uint64_t overruns_ = 0;
};

}  // namespace headroom
