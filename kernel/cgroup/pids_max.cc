#include "kernel/cgroup/pids_max.h"

#include "base/text.h"

namespace headroom {

Result<std::optional<std::uint64_t>> ParsePidsMax(std::string_view text) {
  const std::string_view value = Trimmed(text);
  if (value == "max") return std::nullopt;
  if (const auto count = ParseUint64(value)) return count;
  constexpr std::size_t kShownBytes = 64;
  return Malformed("pids.max", "'" + EscapedForPeople(value.substr(0, kShownBytes)) +
                                   "' is neither 'max' nor a number");
}

}  // namespace headroom
