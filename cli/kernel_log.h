#pragma once

#include <string>

#include "cli/environment.h"

namespace headroom {

/// `headroom why --kernel-log FILE`: what a kernel log says, of any host, without a bundle.
struct KernelLogOptions {
  std::string file;  ///< "-": standard input
  bool json = false;
};
[[nodiscard]] int WhyKernelLog(const Environment& environment, const KernelLogOptions& options);

}  // namespace headroom
