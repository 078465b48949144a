#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "policy/heap/asked.h"
#include "policy/heap/fit.h"
#include "policy/heap/program.h"

namespace headroom::heap {

/// What Node is asked for. Absent: not asked, and V8 goes by the memory that it sees.
struct NodeMemory {
  std::optional<Asked<Bytes>> old_space;  ///< --max-old-space-size, given in MiB
  /// --max-old-space-size-percentage (Node 24), per cent of the memory seen; wins over the size
  std::optional<Asked<double>> old_space_share;

  [[nodiscard]] bool empty() const { return !old_space && !old_space_share; }
};

/// NODE_OPTIONS (`variable`), then the command line up to the script; of one option the last wins.
/// Words are joined with - or _ alike. `args` is what stands behind "node". Pure.
[[nodiscard]] NodeMemory ReadNode(std::optional<std::string_view> variable,
                                  std::span<const std::string> args);

/// The rule's word on a program that is, or may start, Node.
[[nodiscard]] Judgement JudgeNode(const NodeMemory& memory, const Program& program, const Fit& fit);

}  // namespace headroom::heap
