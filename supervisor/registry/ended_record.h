#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "container/enrolment/enrolment.h"
#include "evidence/init_exit.h"

namespace headroom {

/// Leaves `<run>/ended/<engine>-<uid>-<id>.json` (schema "headroom.ended/1"): what is known of a
/// generation that ended, so that "was it the OOM killer?" has an answer when it was not. The
/// init's `exit` is left out where it is not known. The
/// newest generation of an id replaces the one before; at most 512 are kept, the oldest go first.
[[nodiscard]] Status WriteEndedRecord(const std::string& run_dir, const Enrolment& enrolment,
                                      std::optional<std::uint64_t> kills,
                                      const std::optional<InitExit>& exit);

}  // namespace headroom
