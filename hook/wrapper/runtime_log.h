#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "hook/wrapper/runtime_call.h"

namespace headroom {

/// {"level":"error","msg":"...","time":"..."}: one line as runc logs it, which containerd and
/// podman look for in the runtime's log to tell their users why a container did not start.
[[nodiscard]] std::string JsonLogLine(std::string_view message, WallTime now);

/// Adds exactly one line to the runtime's log: as JSON with --log-format json, else the message.
/// Without a --log there is nothing to do. The file is made if it is not there.
[[nodiscard]] Status AppendToLog(const RuntimeCall& call, std::string_view message, WallTime now);

}  // namespace headroom
