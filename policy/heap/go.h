#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "policy/heap/asked.h"
#include "policy/heap/fit.h"

namespace headroom::heap {

/// What the environment asks of Go's runtime, whatever the program is: it carries no name that
/// tells that it is Go.
struct GoMemory {
  /// GOMEMLIMIT. Absent: none, "off", or so much that the runtime means none.
  std::optional<Asked<Bytes>> limit;
  bool collects = true;  ///< GOGC=off: only the limit makes the collector run
};

/// Go's notation: digits, then B, KiB, MiB, GiB or TiB or nothing, letter for letter (the runtime
/// does not start with anything else, so that counts as not there). Pure.
[[nodiscard]] GoMemory ReadGo(std::optional<std::string_view> gomemlimit,
                              std::optional<std::string_view> gogc);

/// The rule's word on a program that may be Go's.
[[nodiscard]] Judgement JudgeGo(const GoMemory& memory, const Fit& fit);

}  // namespace headroom::heap
