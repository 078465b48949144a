#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "evidence/evidence.h"
#include "evidence/store.h"

namespace headroom {

/// How much of a bundle is taken out before it is given away.
enum class RedactionLevel {
  /// What the container's files are called: mapped files but the system's programs and libraries,
  /// mount points and files of tmpfs, memfds, SysV segments, named anonymous memory, the OCI
  /// bundle;
  /// where the programs of senders of signals lie; policy and its findings, which may quote a
  /// command line; of the kernel's log the processes of others, stacks and hardware; who built the
  /// kernel.
  kFiles,
  /// Besides: names of the container, its image and its processes, of its neighbours and of senders
  /// of signals, cgroups and units, the host's boot id, and reasons that may hold a path. Runtimes,
  /// engines and services that kill for want of memory keep theirs (public_names.h).
  kNames,
};
[[nodiscard]] std::string_view RedactionLevelName(RedactionLevel level);  // "files", "names"
[[nodiscard]] std::optional<RedactionLevel> ParseRedactionLevel(std::string_view name);

/// A copy of a bundle's evidence without what may be private, still without its verdict: that has
/// to be explained anew. Numbers, times and process numbers stay. What this version does not know
/// is left out, and so is a record that cannot be understood. Pure.
[[nodiscard]] Store::Draft Redacted(const Evidence& evidence, RedactionLevel level);

}  // namespace headroom
