#pragma once

#include <string>
#include <string_view>

#include "explain/html/markup.h"

namespace headroom {

/// The place in the page of "kernel/oom.log:61" or of a whole file, as an id and behind a '#'.
/// Names of ours stay as they are, so that report.html#kernel/oom.log:61 can be typed; other bytes
/// become ~NN, and no two citations share a place.
[[nodiscard]] SafeText AnchorOf(std::string_view citation);

/// "file:line"; line 0: the file alone.
[[nodiscard]] std::string CitationOf(std::string_view file, std::size_t line);

/// The inverse. A colon that no number follows belongs to the name.
struct Citation {
  std::string file;
  std::size_t line = 0;  ///< from 1; 0: none
};
[[nodiscard]] Citation ParseCitation(std::string_view text);

}  // namespace headroom
