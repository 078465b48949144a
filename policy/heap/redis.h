#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "policy/heap/asked.h"
#include "policy/heap/fit.h"

namespace headroom::heap {

/// What the command line of redis-server (or valkey-server) asks for. Options there stand behind
/// those of the config file and override them; the file itself is not seen.
struct RedisMemory {
  std::optional<Asked<Bytes>> max_memory;  ///< --maxmemory; 0: no limit, asked for by name
  /// Whether it forks to save: --save and --appendonly, of each the last. nullopt: not on the line,
  /// and a config file may say anything.
  std::optional<bool> saves;
};

/// `args` is what stands behind "redis-server". Pure.
[[nodiscard]] RedisMemory ReadRedis(std::span<const std::string> args);

/// The rule's word on a Redis or Valkey server.
[[nodiscard]] Judgement JudgeRedis(const RedisMemory& memory, const Fit& fit);

}  // namespace headroom::heap
