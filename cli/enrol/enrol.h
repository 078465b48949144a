#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// `headroom enrol CONTAINER|--all`: containers that ran already when Headroom came, or whose start
/// it has missed, are protected from now on.
struct EnrolOptions {
  std::string container;  ///< name, id or unique prefix; empty: all that run
  bool json = false;
};
/// kDone: all of them are enrolled now; kIncomplete: of one there is a reason why not.
[[nodiscard]] int EnrolRunning(const Environment& environment, const EnrolOptions& options);

}  // namespace headroom
