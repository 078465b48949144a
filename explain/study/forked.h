#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "explain/study/case.h"

namespace headroom {

/// What is known of one process whose map was recorded, for the question whether it was forked.
struct ForkedProcess {
  ProcessId id;
  int parent = 0;
  std::string comm;
  Bytes private_dirty;  ///< anonymous memory that is its own
  Bytes shared_dirty;   ///< anonymous memory that it shares: only a fork makes that
};

/// Processes of one name that a fork made, and what they no longer share.
struct Forked {
  std::string comm;  ///< bytes; escape to print
  std::size_t processes = 0;
  Bytes private_dirty;  ///< of all: copied when one of them wrote, or new since the fork
  Bytes shared_dirty;   ///< the most that one of them still shares
  int first_pid = 0;    ///< the one with the most of its own
  /// Where they are a parent and one child: which, and how old the child was.
  int parent = 0;
  int child = 0;
  std::optional<std::chrono::nanoseconds> child_age;
};

/// The family that has most of its own memory: at least two of one name that are parent and child,
/// or of one parent, each of which still shares anonymous memory. nullopt: none. Pure.
/// `taken`: when they were read.
[[nodiscard]] std::optional<Forked> FindForked(const std::vector<ForkedProcess>& processes,
                                               std::optional<BootTime> taken);

/// The processes of the snapshot whose maps are complete.
[[nodiscard]] std::vector<ForkedProcess> ProcessesWithMaps(const Case& the_case);

}  // namespace headroom
