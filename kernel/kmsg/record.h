#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// One record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg).
struct KmsgRecord {
  unsigned priority = 0;  ///< level and facility
  std::uint64_t sequence = 0;
  std::chrono::microseconds since_boot{};  ///< the kernel's local clock, about CLOCK_MONOTONIC
  std::string text;                        ///< \xNN undone, so it may hold line ends and any byte
  std::string raw;                         ///< as read, continuation lines included

  /// Whether the kernel itself wrote it: /dev/kmsg gives every record of a process a facility
  /// other than 0 (kernel/printk/printk.c, devkmsg_write), so that nobody can pose as the kernel.
  [[nodiscard]] bool FromKernel() const { return (priority >> 3U) == 0; }
};

/// Pure. kMalformed for text that is no record.
[[nodiscard]] Result<KmsgRecord> ParseKmsgRecord(std::string_view raw);

/// Reads records in order, without blocking. One owner, one thread.
class KmsgReader {
 public:
  enum class StartAt { kOldest, kEnd };
  /// kDenied without CAP_SYSLOG where kernel.dmesg_restrict is set.
  [[nodiscard]] static Result<KmsgReader> Open(StartAt start);

  /// Reads from any descriptor that gives one record a read(2), without blocking.
  [[nodiscard]] static KmsgReader FromDescriptor(UniqueFd fd);

  /// The next record; nullopt when there is none yet. An overrun (records lost before we read
  /// them) is counted and skipped over; a record that cannot be parsed is skipped.
  [[nodiscard]] Result<std::optional<KmsgRecord>> Next();

  [[nodiscard]] int fd() const { return fd_.get(); }  ///< for EPOLLIN
  [[nodiscard]] std::uint64_t overruns() const { return overruns_; }

 private:
  explicit KmsgReader(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
  std::uint64_t overruns_ = 0;
};

}  // namespace headroom
