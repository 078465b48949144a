#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "container/facts/facts.h"

namespace headroom::heap {

enum class Runtime {
  kOther,    ///< not one that is known by name: a script, npm, a binary of the user's
  kHidden,   ///< not to be told, nor with which environment
  kJava,     ///< java
  kNode,     ///< node, nodejs
  kRedis,    ///< redis-server, valkey-server
  kPostgres  ///< postgres, postmaster
};

/// The program behind the container's command line.
struct Program {
  Runtime runtime = Runtime::kOther;
  std::vector<std::string> args;         ///< behind its name; empty for kOther and kHidden
  std::vector<std::string> assignments;  ///< "NAME=value" that the line adds to the environment
};

/// Goes by the last component of the first word, and through what only starts another program:
/// init programs (tini, dumb-init, catatonit, docker-init), env, gosu and su-exec, `sh -c` with
/// plain words (ShellWords), and entrypoint scripts of images, which run the command behind them.
/// Where an entrypoint script's first argument is an option, the official images put their server's
/// name before it; which image it is, their environment tells (PG_MAJOR, REDIS_VERSION, ...). Pure.
[[nodiscard]] Program FindProgram(const ProcessFacts& process);

/// The value of NAME as the program sees it; nullopt: not there. Borrows both.
[[nodiscard]] std::optional<std::string_view> VariableOf(const Program& program,
                                                         const ProcessFacts& process,
                                                         std::string_view name);

}  // namespace headroom::heap
