#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "container/facts/facts.h"

namespace headroom {

/// The writable tmpfs of a container by what they may hold. Pure.
///
/// Mounts that show the same tmpfs (a runtime masks /proc/kcore with the /dev/null of the
/// container's own /dev) are one, by the shortest of their names. /dev with the 64 MiB that the
/// runtimes give it is in none of the lists: what lies there is device nodes.
struct WeighedTmpfs {
  struct Sized {
    std::string destination;
    Bytes size;
  };
  /// Without a size of its own: none stated, none at all, or no less than half of the host's
  /// memory, which is what the kernel gives it then (mm/shmem.c, shmem_default_max_blocks).
  std::vector<std::string> unsized;
  std::vector<Sized> sized;
  /// Those of which config.json says a size that is not known here, see UnreadSize.
  std::vector<std::string> unread;
  /// /dev/shm where it is the container's and has a size; its size is for shm-sized to judge.
  std::optional<Bytes> shm;

  /// What all of them hold when full, but for the unsized ones.
  [[nodiscard]] Bytes Sum() const;
};

/// Whether a tmpfs of that size counts as one without: nothing stated, no limit, or no less than
/// half of the host's memory.
[[nodiscard]] bool IsUnsized(const std::optional<Limit>& size, const HostFacts& host);

/// "/x (size=1%)" where config.json says a size of the tmpfs there that is not known here; else
/// empty.
[[nodiscard]] std::string UnreadSize(const ContainerFacts& facts, std::string_view destination);

[[nodiscard]] WeighedTmpfs WeighTmpfs(const ContainerFacts& facts);

}  // namespace headroom
