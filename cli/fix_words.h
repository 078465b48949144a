#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/rule.h"

namespace headroom {

/// A fix for people and for programs.
struct FixWords {
  std::string setting;  ///< "memory.max", "/dev/shm"
  std::string value;    ///< as the kernel takes it: "536870912", "1"
  std::string text;     ///< the same for people: "512 MiB"
};
[[nodiscard]] FixWords WordsOf(const Fix& fix);

/// "memory.max to 512 MiB"; escaped.
[[nodiscard]] std::string FixText(const Fix& fix);

/// One kind of fix and where it can be made, for the reference; Markdown.
struct FixChannels {
  std::string_view setting;
  std::string_view in_config;  ///< what headroom-runtime changes before the runtime starts
  std::string_view in_hook;    ///< what headroom-hook changes in the container that starts
};
/// All kinds, in the order of the variant.
[[nodiscard]] std::vector<FixChannels> AllFixChannels();

}  // namespace headroom
