#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// `headroom report [CONTAINER|BUNDLE|--last] -o FILE|-`: what `why` explains, as an HTML file.
struct ReportOptions {
  std::string subject;  ///< as of `why`
  std::string store;    ///< as of `why`
  std::string file;     ///< where to write it; "-": the output
  bool force = false;   ///< replace a file that is there
};
/// Finds the incident as `why` does, with its exit statuses; kIncomplete where the file cannot be
/// written or is there already. The file appears whole, with mode 0600: it tells of processes.
[[nodiscard]] int Report(const Environment& environment, const ReportOptions& options);

}  // namespace headroom
