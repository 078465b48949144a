#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// A program that outlives whoever starts it.
struct DetachedProgram {
  std::vector<std::string> command;      ///< first the program's absolute path
  int cgroup_procs = UniqueFd::kNone;    ///< the cgroup.procs to be in; none: it stays in ours
  int standard_input = UniqueFd::kNone;  ///< none: /dev/null
  int standard_error = UniqueFd::kNone;  ///< none: /dev/null
};

/// Starts it with nothing of ours: no descriptor but those, no session, no environment but a PATH,
/// the directory /, no blocked signal. It is nobody's child but init's (or the nearest
/// subreaper's). Not at all where the program cannot be executed; where the cgroup does not take
/// it, it ends before it has begun, and nobody is told. Does not wait for it. Of one thread alone.
[[nodiscard]] Status StartDetached(const DetachedProgram& program);

}  // namespace headroom
