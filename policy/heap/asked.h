#pragma once

#include <string>
#include <string_view>

namespace headroom::heap {

/// One setting that was recognised. Only such options are ever quoted to people, never the words
/// around them: command lines and environments hold secrets.
template <typename T>
struct Asked {
  std::string option;         ///< as it was written: "-Xmx512m"
  std::string_view variable;  ///< the environment variable it stands in; empty: the command line
  T value{};
};

}  // namespace headroom::heap
