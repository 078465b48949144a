#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "container/enrolment/registry_dir.h"
#include "kernel/proc/process.h"

namespace headroom {

/// What headroomd asks of headroom-pre-kill: one line of JSON over `<run>/pre-kill.sock`, which
/// systemd answers with a program of its own each. It names a generation, and nothing that is run:
/// that stands in the generation's enrolment, which is root's.
struct PreKillRequest {
  std::string container_key;
  std::string generation_key;
  ProcessId process;  ///< the one that the kernel would kill
  /// When headroomd decided on it; with the generation it names the directory for the command's
  /// files. Zero: an earlier headroomd does not say.
  BootTime began{};

  static constexpr std::size_t kMostBytes = 4096;
};
[[nodiscard]] std::string SerializePreKillRequest(const PreKillRequest& request);
/// kMalformed also for keys that are no names of directories.
[[nodiscard]] Result<PreKillRequest> ParsePreKillRequest(std::string_view text);

[[nodiscard]] inline std::string PreKillSocketPath(const std::string& run_dir) {
  return run_dir + "/pre-kill.sock";
}

}  // namespace headroom
