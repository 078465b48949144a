#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace headroom {

/// Some of the names in a directory, in the order in which the file system gives them.
struct SomeNames {
  std::vector<std::string> names;  ///< without "." and ".."
  bool more = false;               ///< there are others
};

/// Which of its entries are listed and counted.
enum class Listed : bool { kAll, kDirectories };

/// At most `most` names of an open directory: for one that somebody else may fill without end,
/// where ListDirectory (base/file.h) would read and sort them all. Borrows `dir_fd`, leaves its
/// offset.
[[nodiscard]] Result<SomeNames> ListSome(int dir_fd, std::string_view name, std::size_t most,
                                         Listed listed = Listed::kAll);

}  // namespace headroom
