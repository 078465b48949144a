#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"

namespace headroom {

/// What is done once a container's tripwire was met, before it may be killed: a signal to it, or a
/// command on the host. Named by root's policy alone; at most one of the two.
struct PreKill {
  /// The command's words, without a shell; the first is an absolute path. Empty: none.
  std::vector<std::string> command;
  std::string signal;  ///< "USR1"; empty: none
  std::chrono::milliseconds hold{
      0};                         ///< how much longer the container is slowed down for it at most
  std::chrono::seconds time{30};  ///< how long the command may take

  [[nodiscard]] bool wanted() const { return !command.empty() || !signal.empty(); }
  bool operator==(const PreKill&) const = default;
};

struct PreKillBounds {
  static constexpr std::size_t kMostWords = 64;
  static constexpr std::size_t kLongestWord = 4096;
  static constexpr std::chrono::milliseconds kLongestHold{30'000};
  static constexpr std::chrono::seconds kShortestTime{1};
  static constexpr std::chrono::seconds kLongestTime{300};
};

/// Why that may not be asked for: "names both a command and a signal"; empty: it may.
[[nodiscard]] std::string WhyNoPreKill(const PreKill& action);

/// The number of one of the signals that an action may send: HUP, INT, QUIT, ABRT, USR1, USR2,
/// TERM. nullopt for any other text; KILL is not among them, as nothing is killed to save memory.
[[nodiscard]] std::optional<int> PreKillSignal(std::string_view name);

/// What stands for the words in braces in a command's words.
struct PreKillWords {
  std::string pid;      ///< {pid}: the process that the kernel would kill
  std::string init;     ///< {init}: the container's first
  std::string cgroup;   ///< {cgroup}: its directory below the mount
  std::string bundles;  ///< {bundles}: the directory that the container's bundles are published in
  std::string id;       ///< {id}: of the container, percent-encoded
  /// {directory}: for what this command writes; empty: there is none.
  std::string directory;
};
/// Whether one of the words has {directory} in it.
[[nodiscard]] bool NamesDirectory(const std::vector<std::string>& command);
/// Each word with its braces filled in; braces around anything else stay.
[[nodiscard]] std::vector<std::string> FilledIn(const std::vector<std::string>& command,
                                                const PreKillWords& words);

/// {"command": [...], "hold_ms": 0, "signal": "", "time_s": 30}
void WritePreKill(JsonWriter& out, const PreKill& action);
/// kMalformed in `status` for what WhyNoPreKill would not have.
[[nodiscard]] PreKill ReadPreKill(const nlohmann::json& object, const std::string& where,
                                  Status& status);

}  // namespace headroom
