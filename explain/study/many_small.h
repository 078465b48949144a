#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "evidence/snapshot.h"

namespace headroom {

/// Many processes that hold the memory together, each of them little.
struct ManySmall {
  std::size_t processes = 0;
  Bytes together;    ///< anonymous memory, which processes of different programs do not share
  Bytes largest;     ///< the most that one of them has of it
  std::string comm;  ///< the commonest name; bytes, escape to print
  std::size_t with_comm = 0;  ///< how many have it
};

/// At least 8 of them, none with more than a tenth of `limit`, together half of it or more. nullopt
/// otherwise, and where the table is not whole or a figure is not known.
[[nodiscard]] std::optional<ManySmall> FindManySmall(const ProcessTable& table, Bytes limit);

}  // namespace headroom
