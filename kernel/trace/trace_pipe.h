#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/trace/trace_line.h"

namespace headroom {

/// Reads the events of a trace_pipe as they come, without blocking. One owner, one thread.
class TracePipe {
 public:
  /// Any descriptor that gives lines and does not block.
  explicit TracePipe(UniqueFd fd) : fd_(std::move(fd)) {}

  /// Calls `take` for every event that is there now, at most kMostAtOnce bytes of them and until
  /// `deadline`, but for one at least. Lines of other events are passed over. An error ends the
  /// pipe.
  [[nodiscard]] Status Drain(const std::function<void(TraceEvent)>& take, BootTime deadline);
  /// Whether the last Drain left some that it had read, which no poll tells of.
  [[nodiscard]] bool pending() const { return rest_.find('\n') != std::string::npos; }

  [[nodiscard]] int fd() const { return fd_.get(); }  ///< for EPOLLIN
  /// Events that the kernel had no room for, as far as it told.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

  static constexpr std::size_t kMostAtOnce = std::size_t{256} << 10U;

 private:
  void TakeLines(const std::function<void(TraceEvent)>& take, BootTime deadline);
  void Take(std::string_view line, const std::function<void(TraceEvent)>& take);

  UniqueFd fd_;
  std::string rest_;    ///< the beginning of a line whose end has not come yet
  std::string broken_;  ///< a line that was cut by the line end in a process's name
  std::uint64_t lost_ = 0;
};

}  // namespace headroom
