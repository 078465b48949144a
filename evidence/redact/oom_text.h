#pragma once

#include <string>
#include <string_view>

#include "evidence/redact/pseudonyms.h"

namespace headroom {

/// kernel/oom.log without what may be private in it. Left are, of the kernel's own records, those
/// that say who asked for memory, which limit it was, its figures, and who was killed; with other
/// names where `names` is not nullptr. The table of tasks, in which others' processes stand,
/// stacks, registers and whatever is not understood are left out. Sequence numbers stay. Pure.
[[nodiscard]] std::string RedactedOomLog(std::string_view log, Pseudonyms* names);

}  // namespace headroom
