#pragma once

#include <string>
#include <string_view>

#include "evidence/redact/pseudonyms.h"

namespace headroom {

/// Text of the kernel without what may be private in it. Pure.

/// /proc/PID/smaps or smaps_rollup with other names of files. A line that is neither a mapping's
/// nor a figure of one is left out.
[[nodiscard]] std::string RedactedSmaps(std::string_view text, Pseudonyms& names);

/// /proc/PID/status with its numbers alone, and another name in "Name:" where `names` is not
/// nullptr. Lines of masks and lists, which tell of the host, are left out.
[[nodiscard]] std::string RedactedStatus(std::string_view text, Pseudonyms* names);

/// /proc/version up to the release: behind it is who built it, and where.
[[nodiscard]] std::string RedactedVersion(std::string_view text);

}  // namespace headroom
