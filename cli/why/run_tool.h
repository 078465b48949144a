#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace headroom {

/// What program `words[0]`, looked for in the folders of the system's programs alone, writes to its
/// standard output. It gets no standard input, its errors are not shown, and it and what it started
/// are killed when `patience` is over: kTimedOut. kNotFound: there is no such program. kTooLarge:
/// it wrote more than `most_bytes`. kSystem: it failed; what it wrote then is not to be believed.
[[nodiscard]] Result<std::string> RunTool(const std::vector<std::string>& words,
                                          std::size_t most_bytes,
                                          std::chrono::milliseconds patience);

}  // namespace headroom
