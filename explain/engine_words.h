#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "container/enrolment.h"

namespace headroom {

/// What to type, for the engine that started the container; a command a line. The container is
/// named where its name is plain enough to be typed, as NAME otherwise.

/// `swap` as the container has it beside its limit (memory.swap.max): it stays so.
[[nodiscard]] std::vector<std::string> RaiseLimitWords(const Enrolment& container, Bytes limit,
                                                       Limit swap);
[[nodiscard]] std::vector<std::string> SizeShmWords(const Enrolment& container, Bytes size);

/// For a cgroup that no engine owns: systemd's way where it is a unit, the file otherwise.
[[nodiscard]] std::vector<std::string> RaiseCgroupWords(std::string_view path, Bytes limit);

}  // namespace headroom
