#include "hook/wrapper/runtime_log.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "base/file.h"
#include "fix/config/json_text.h"

namespace headroom {

std::string JsonLogLine(std::string_view message, WallTime now) {
  return fmt::format(R"({{"level":"error","msg":{},"time":"{}"}})", QuotedJson(message),
                     ToIso8601(now));
}

Status AppendToLog(const RuntimeCall& call, std::string_view message, WallTime now) {
  if (call.log.empty()) return {};
  constexpr mode_t kMode = 0644;  // as runc makes it
  const auto fd =
      OpenAt(AT_FDCWD, call.log, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, kMode);
  if (!fd) return std::unexpected(fd.error());
  const std::string line = call.json_log ? JsonLogLine(message, now) : std::string(message);
  return WriteAll(fd->get(), call.log, line + "\n");
}

}  // namespace headroom
