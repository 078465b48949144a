#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "explain/study/case.h"
#include "explain/study/last_words.h"

namespace headroom {

/// What was recorded of a failed allocation, of a container that nobody killed. One is there at
/// least.
struct AllocFailure {
  /// A process whose address space was near its limit (RLIMIT_AS) at the snapshot.
  struct AddressSpace {
    int pid = 0;
    Bytes size;
    Bytes limit;
    std::string evidence;
  };
  /// The host promises no more memory than it has, and had promised nearly all of it.
  struct Commit {
    Bytes committed;
    Bytes limit;
    std::string evidence;
  };
  std::optional<LastWords> said;  ///< right before its end
  std::optional<AddressSpace> address_space;
  std::optional<Commit> commit;
};

/// nullopt: nothing that was recorded tells of one. `pid`: who aborted; nullopt: not known, and
/// then nobody's address space is looked at.
[[nodiscard]] std::optional<AllocFailure> FindAllocFailure(const Case& the_case,
                                                           std::optional<int> pid);

/// The last words of the container's log, if they came within `before` its end, or after it. Of a
/// line whose time is not known nobody can say so. nullopt also where no log was kept.
[[nodiscard]] std::optional<LastWords> LastWordsWithin(const Case& the_case,
                                                       std::chrono::seconds before);

}  // namespace headroom
