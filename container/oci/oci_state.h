#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace headroom {

using Annotations = std::map<std::string, std::string, std::less<>>;

/// The state that an OCI runtime writes to a hook's standard input (runtime-spec, "State"). Text
/// of the runtime; id and annotations are whatever its user chose.
struct OciState {
  std::string id;
  std::string status;                 ///< "creating" (runc), "created" (crun), "stopped"
  std::optional<pid_t> pid;           ///< absent or 0 in the text (poststop): nullopt
  std::optional<std::string> bundle;  ///< crun says "/" in rare cases; then it means nothing
  std::optional<std::string> root;    ///< crun alone: root.path of config.json
  Annotations annotations;
};

/// Real ones stay below 100 KiB. Annotations are most of it, and their owner chooses them: what may
/// stand in config.json has to fit, or they would choose whether the container is judged.
inline constexpr std::size_t kMaxStateBytes = 16U << 20U;

/// Pure. Unknown keys are ignored; of a repeated key the last one counts, as in the runtimes.
/// kMalformed names `where` and the key.
[[nodiscard]] Result<OciState> ParseOciState(std::string_view text, std::string_view where);

/// Reads it from `fd` to the end, so that the runtime's write never fails: what is beyond the cap
/// is read and thrown away, and the result is kTooLarge.
[[nodiscard]] Result<OciState> ReadOciState(int fd, std::string_view where);

/// Reads and throws away what is left on `fd`, for a hook that cannot use it: crun before 1.17
/// dies when a hook closes its standard input early. A terminal is left alone.
void DrainState(int fd);

}  // namespace headroom
