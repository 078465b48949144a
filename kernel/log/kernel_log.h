#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/kmsg/oom_log.h"
#include "kernel/log/log_line.h"

namespace headroom {

/// An OOM report of a kernel log. Its sequence numbers are numbers of lines, from 1.
struct LoggedOom {
  OomEvent event;
  std::string host;  ///< empty: not stated
  /// When each of its victims was killed, as the log writes times; empty where it does not. Of a
  /// report without a victim there is one, of its first line.
  std::vector<std::string> stamps;
  bool kill_line_missing = false;  ///< the log ends before it: the victim is whom the kernel chose

  [[nodiscard]] std::uint64_t line() const { return event.first_sequence; }
};

/// Rows of task tables that are kept of one log, and that are told of it.
inline constexpr std::size_t kMostKernelLogRows = 262144;

/// What a log tells of OOM kills.
struct KernelLogReport {
  std::vector<LoggedOom> kills;       ///< in the order of their first kill lines
  std::vector<LoggedOom> incomplete;  ///< asked for, while the text states nobody who died of it
  std::uint64_t lines = 0;
  bool truncated = false;  ///< there was more than is kept
  /// Lines that speak of a kill and are not known to be the kernel's: a process quotes one, or
  /// their form is not known here.
  std::uint64_t unrecognised = 0;
  std::uint64_t first_unrecognised = 0;  ///< its line
};

/// Puts together the OOM reports of a kernel log that is text, of whatever kernel (2.6.32 and
/// later), host and daemon, also several hosts in one file, with foreign lines in between, and with
/// lines that a mail has broken. What a process wrote is never taken for the kernel's word.
///
/// Streaming, in linear time; bounded: 16384 reports, 262144 rows of their task tables, 1024 hosts,
/// 8 KiB of a line. One thread.
class KernelLogReader {
 public:
  /// The next line, without its line end.
  void Add(std::string_view line);
  /// No more is coming. The reader is done then.
  [[nodiscard]] KernelLogReport Finish();

 private:
  /// What belongs to one host, as reports of several may be interleaved.
  struct Host {
    OomLogAssembler assembler{OomLogAssembler::Unfinished::kGive};
    std::chrono::microseconds time{};             ///< of the last line that had one
    std::optional<std::string> release;           ///< of its last "Linux version"
    std::map<std::uint64_t, std::string> stamps;  ///< of the pending report's key lines
    LogLine last;  ///< two daemons that log the same write every line twice
  };
  struct Pending {
    LogLine line;
    std::uint64_t number = 0;
    std::size_t indent = 0;  ///< blanks in front of its prefix
  };

  [[nodiscard]] bool IsMoreOfRecord(std::string_view line) const;
  [[nodiscard]] bool IsMoreOfStats(std::string_view line) const;
  void AddUnmarked(LogLine line);
  void FeedPending();
  void Feed(const Pending& pending);
  void Keep(OomEvent event, const std::string& host_name, Host& host, bool at_end);
  void CountMention(std::string_view line);
  void ForgetMentions(std::uint64_t first);
  [[nodiscard]] bool InReport(const std::string& host_name) const;

  KernelLogReport report_;
  std::map<std::string, Host, std::less<>> hosts_;
  std::optional<Pending> pending_;  ///< whose end may still come
  /// Of lines so far. Where most have a prefix, one without is part of another.
  std::uint64_t marked_ = 0;
  std::uint64_t unmarked_ = 0;
  std::set<std::uint64_t>
      mentions_;  ///< lines that speak of a kill, and were not yet taken for one
  bool pending_is_last_ = false;
  std::size_t rows_ = 0;  ///< of tables kept
};

/// All of a text. Pure.
[[nodiscard]] KernelLogReport ReadKernelLog(std::string_view text);

}  // namespace headroom
