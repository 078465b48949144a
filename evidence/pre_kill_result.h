#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace headroom {

/// before/pre_kill.json, schema "headroom.pre_kill/1": what was done between the tripwire and the
/// kill, by the policy's `pre_kill`.
struct PreKillResult {
  enum class Outcome {
    kNotRun,    ///< see `reason`
    kSent,      ///< the signal was
    kExited,    ///< the command ended by itself, with `status`
    kKilled,    ///< a signal ended it, number `status`
    kTimedOut,  ///< it took too long, and was killed
    kUnderWay,  ///< it had not ended when the bundle was made
  };
  Outcome outcome = Outcome::kNotRun;
  std::string reason;  ///< why it was not run; else empty
  int status = 0;
  std::vector<std::string> command;  ///< as it was run
  std::string signal;                ///< "USR1"
  int pid = 0;                       ///< the process that it was about; 0: none
  BootTime began{};
  std::chrono::microseconds took{};
  std::string output;  ///< standard output and error; what is no UTF-8 is replaced
  bool output_cut = false;
  /// The name of the directory beside the bundle that it could put files into (PreKillFiles);
  /// empty: there is none, for the reason below, or, where that is empty too, it put nothing there.
  std::string directory;
  std::string why_no_directory;

  static constexpr std::size_t kMostOutput = 65536;
};
[[nodiscard]] std::string SerializePreKillResult(const PreKillResult& result);
[[nodiscard]] Result<PreKillResult> ParsePreKillResult(std::string_view text,
                                                       std::string_view where);

}  // namespace headroom
