#include "container/marks/undo_left.h"

#include <fmt/format.h>

#include <string_view>

#include "base/log.h"
#include "container/marks/armed_marks.h"
#include "container/marks/frozen_marks.h"

namespace headroom {

bool UndoWhatWasLeft(const HostView& host, const std::string& run_dir) {
  const auto thawed = FrozenMarks(run_dir).ThawAll(host);
  for (const std::string& path : thawed.paths) {
    Log(LogLevel::kWarning, fmt::format("{}: was left frozen by us; thawed", path));
  }
  const auto lifted = ArmedMarks(run_dir).LiftAll(host);
  for (const auto& wire : lifted.wires) {
    Log(LogLevel::kWarning,
        fmt::format("{}: memory.high was left at {} by us; lifted", wire.path, ToText(wire.high)));
  }
  for (const Error& error : thawed.errors) Log(LogLevel::kError, error.Message());
  for (const Error& error : lifted.errors) Log(LogLevel::kError, error.Message());
  return thawed.errors.empty() && lifted.errors.empty();
}

bool EndedInOrder(const char* exit_code, const char* exit_status) {
  if (exit_code == nullptr || exit_status == nullptr) return false;
  return std::string_view(exit_code) == "exited" && std::string_view(exit_status) == "0";
}

}  // namespace headroom
