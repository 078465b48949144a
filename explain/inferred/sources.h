#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "evidence/container_log.h"
#include "kernel/kmsg/oom_log.h"

namespace headroom {

/// What is left to ask about a container that Headroom has no bundle of. Text in these types is
/// bytes as their writers had them; escape before printing.

/// An OOM report of a log of the kernel that states at least one kill.
struct LogKill {
  /// The sequence numbers in it are those of /dev/kmsg, or, of the journal, microseconds since
  /// 1970.
  OomEvent event;
  std::optional<WallTime> at;  ///< of its last kill line; nullopt: the log does not say
};

/// One place that keeps the kernel's log.
struct LogView {
  enum class Source { kKmsg, kJournal };
  Source source = Source::kKmsg;
  std::string unavailable;        ///< why it cannot be read; empty: it was read, as far as it goes
  std::vector<LogKill> kills;     ///< in order
  std::optional<WallTime> since;  ///< of its oldest line; nullopt: it has none, or no times
  std::uint64_t losses = 0;       ///< times that lines of it are known to be missing
  /// By how much its times may be off, to either side: a clock of the kernel's own, which stands
  /// still while the machine is suspended.
  std::chrono::nanoseconds slack{};
};

/// "/dev/kmsg", "journal".
[[nodiscard]] std::string_view SourceName(LogView::Source source);
/// "/dev/kmsg seq 1234"; "journal @1795443379.123456", as journalctl --since takes it.
[[nodiscard]] std::string CiteRecord(LogView::Source source, std::uint64_t sequence);

/// What the engine's own files say of a container.
struct EngineState {
  std::string source;  ///< what said so: a file, or the command that was asked
  std::string engine;  ///< "docker", "podman"
  std::string id;      ///< in full
  std::string name;    ///< empty: not known
  std::string image;   ///< empty: not known
  /// See container/engine/aliases.h.
  std::vector<std::string> aliases;
  std::optional<bool> running;
  std::optional<int> exit_code;     ///< nullopt: not known; also while it runs
  std::optional<bool> oom_flag;     ///< the engine's word, which is no verdict
  std::optional<WallTime> started;  ///< last
  std::optional<WallTime> finished;
  std::string error;     ///< why it did not start; empty: nothing was said
  std::string log_path;  ///< the file that it logs to; empty: to none, or not known
};

/// A line of the journal that is not the kernel's.
struct JournalRemark {
  WallTime at{};
  std::string speaker;  ///< "dockerd", "podman", "systemd-oomd", "systemd": as the journal vouches
  std::string text;
};

/// All of it, for one container.
struct InferredSources {
  std::string subject;                ///< what was asked for
  std::optional<EngineState> engine;  ///< nullopt: no engine knows it
  std::vector<LogView> logs;          ///< the better one first
  std::vector<JournalRemark> remarks;
  std::vector<ContainerLine> log_lines;  ///< the last that the container wrote, without secrets
  std::optional<WallTime> ended;         ///< where somebody else than the engine knows it
};

}  // namespace headroom
