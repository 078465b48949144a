#pragma once

#include <linux/filter.h>
#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "kernel/exit/exit_status.h"

namespace headroom {

/// One end of a process as the process connector tells it (linux/cn_proc.h).
struct ExitMessage {
  pid_t pid = 0;
  std::chrono::nanoseconds at{};  ///< CLOCK_MONOTONIC
  ExitStatus status;
};

/// One datagram of the connector: nlmsghdr, cn_msg, proc_event. Pure. nullopt: another event, the
/// end of a thread whose process lives on, or too short to be one.
[[nodiscard]] std::optional<ExitMessage> ParseExitMessage(std::string_view datagram);

/// The answer to somebody's request. Before Linux 6.6 everyone who listens gets everyone's answers.
struct ConnectorAnswer {
  int error = 0;          ///< an errno value; 0: it was granted
  std::uint32_t ack = 0;  ///< the `ack` of the request, and one more
};
/// nullopt: no such answer.
[[nodiscard]] std::optional<ConnectorAnswer> ParseConnectorAnswer(std::string_view datagram);

/// A filter for the connector's socket, which runs in the kernel: without it every start and every
/// end of a process on the host would wake us. It lets pass the end of a whole process by SIGKILL,
/// SIGABRT, SIGBUS or SIGSEGV or with the codes 134 to 137 and 139, by which a shell or an engine
/// tells the same of a child; and answers to requests. docs/decisions/019-who-ended-it.md.
[[nodiscard]] std::array<sock_filter, 20> ExitFilter();

}  // namespace headroom
