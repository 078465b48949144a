#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "container/enrolment/enrolment.h"

namespace headroom {

/// How an engine keeps what its containers write.
enum class ContainerLogFormat {
  kDockerJson,   ///< Docker's json-file: an object a line
  kDockerLocal,  ///< Docker's local: evidence/docker_local_log.h
  kCri,          ///< "TIME STREAM F|P TEXT": Podman's k8s-file, CRI's files
};

/// One line that a container wrote. Bytes of the container; escape before printing.
struct ContainerLine {
  std::string stamp;           ///< as the engine wrote it
  std::optional<WallTime> at;  ///< nullopt: the stamp is none that is known
  std::string stream;          ///< "stdout" or "stderr"
  std::string text;            ///< without its line end
};

/// What an engine keeps as one record: a line, or a part of one.
struct ContainerLogPiece {
  ContainerLine line;
  bool partial = false;  ///< more of the same line follows
};

/// Which lines of a log are wanted.
struct WantedLines {
  std::size_t most = kDefaultLogLines;  ///< the last ones
  /// Of one run of the container: its log goes on when it is started again. A line whose time is
  /// not known is of no run. nullopt: not bounded on that side.
  std::optional<WallTime> since;
  std::optional<WallTime> before;
};

/// The last lines of a container's log, as wanted, each without secrets (evidence/redaction.h) and
/// at most 1 KiB long. What an engine has split (partial lines) is put together again, to 64 KiB.
/// Lines that are not of that format are left out. Pure.
[[nodiscard]] std::vector<ContainerLine> LastLines(std::string_view text, ContainerLogFormat format,
                                                   const WantedLines& wanted = {});
/// The same of records that lie elsewhere, in order.
[[nodiscard]] std::vector<ContainerLine> LastLines(std::vector<ContainerLogPiece> pieces,
                                                   const WantedLines& wanted);

}  // namespace headroom
