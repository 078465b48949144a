#pragma once

#include <string>

#include "base/bytes.h"
#include "container/engine/engine.h"

namespace headroom {

/// What to type instead about a container's processes, in the words of its engine. One line each,
/// without a full stop.

/// How to give it an oom_score_adj of `score`.
[[nodiscard]] std::string SetOomScoreAdjAdvice(const EngineIdentity& engine, int score);

/// How not to disable the OOM killer for it.
[[nodiscard]] std::string EnableOomKillerAdvice(const EngineIdentity& engine);

/// How to give it an RLIMIT_MEMLOCK of `value`, which every one of these takes in bytes.
[[nodiscard]] std::string SetMemlockAdvice(const EngineIdentity& engine, Bytes value);

}  // namespace headroom
