#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace headroom {

/// An entry of systemd's journal. Text is bytes as somebody logged them; escape before printing.
struct JournalEntry {
  WallTime at{};                                        ///< when journald took it
  std::optional<std::chrono::microseconds> since_boot;  ///< of the kernel's own clock, where stated
  unsigned priority = 6;                                ///< level and facility, as in /dev/kmsg
  std::string message;                                  ///< at most 16 KiB of it
  std::string speaker;   ///< the program's name as journald found it out; empty: not known
  bool partial = false;  ///< of a container's log: more of the same line follows
  /// How it came: "stdout" (of a service), "journal", "syslog", "kernel"; empty: not known.
  std::string transport = {};
  /// It is what a container wrote, which an engine hands on: under the engine's own name.
  bool of_container = false;
  std::string unit = {};  ///< the system's unit that wrote it, as journald found out; empty: none
};

/// What is wanted of it. An entry fits when it has all "FIELD=value" of one of the groups.
struct JournalQuery {
  std::vector<std::vector<std::string>> any_of;
  std::optional<WallTime> since;                          ///< nullopt: from its beginning
  std::optional<WallTime> until;                          ///< nullopt: to its end
  std::size_t most = 10000;                               ///< entries
  std::size_t most_bytes = std::size_t{16} << 20U;        ///< of messages
  enum class Keep { kFirst, kLast } keep = Keep::kFirst;  ///< where there are more
  std::chrono::milliseconds patience{3000};
  std::string directory;  ///< of the files; empty: this machine's journal
};

struct JournalSlice {
  std::vector<JournalEntry> entries;  ///< in order
  bool cut = false;                   ///< there are more that fit, or it took too long
  std::optional<WallTime> oldest;     ///< of the first that fits at all; nullopt: none does
};

/// Reads the journal's files: no bus, no journald. Blocks on the disk, until `patience` is over at
/// the most. A journal that is not there, or that this user may not read, is one without entries,
/// as libsystemd gives it. Any thread.
[[nodiscard]] Result<JournalSlice> ReadJournal(const JournalQuery& query);

}  // namespace headroom
