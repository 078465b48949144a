#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "explain/study/case.h"

namespace headroom {

/// Bytes of a container, escaped and cut to a length that keeps a line a line.
[[nodiscard]] std::string Shown(std::string_view bytes);
/// What a rule found or advises: whole, as a command that is cut is of no use; only what no rule
/// has said is cut, at 2000 bytes.
[[nodiscard]] std::string ShownSentence(std::string_view bytes);

/// "web (docker, shop/api:1.4)".
[[nodiscard]] std::string WhoText(const Enrolment& container);

/// "pid 4321 python3", or "pid 4321" without a name.
[[nodiscard]] std::string ProcessText(int pid, std::string_view comm);

/// A cgroup path as seen from the container's parent, which is enough to find it: whole when it is
/// not below that.
[[nodiscard]] std::string CgroupText(const Case& the_case, std::string_view path);

/// What the limit that was met is called on the container's host: "memory.max"; on cgroup v1
/// "memory.limit_in_bytes", or that of memory and swap together.
[[nodiscard]] std::string_view LimitFileName(const Case& the_case);

/// " 88 %" of a limit; empty without a limit, or below half a percent.
[[nodiscard]] std::string ShareText(Bytes part, const std::optional<Limit>& limit);

/// "1 process", "3 processes".
[[nodiscard]] std::string CountText(std::uint64_t count, std::string_view one,
                                    std::string_view many);

}  // namespace headroom
