#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "evidence/container_log.h"

namespace headroom {

/// What a program said when it got no memory, or ran out of something that looks like it.
struct LastWords {
  std::string text;   ///< the message alone, at most 160 bytes of the container; escape to print
  std::string stamp;  ///< of its line, as the engine wrote it; bytes
  std::optional<WallTime> at;
  std::size_t line = 0;     ///< which of the lines it is, from 0
  bool allocation = false;  ///< an allocation failed; false: a full disk, a bus error
};

/// The last line that holds one of a few well-known messages: std::bad_alloc, OutOfMemoryError,
/// MemoryError, "Cannot allocate memory", Node's and Go's heaps, a full device, a bus error.
/// Anybody can print those words: they are to be quoted and are no proof. Pure.
[[nodiscard]] std::optional<LastWords> FindLastWords(const std::vector<ContainerLine>& lines);

}  // namespace headroom
