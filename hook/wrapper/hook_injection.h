#pragma once

#include <string>

#include "base/result.h"
#include "fix/config/json_text.h"
#include "hook/options.h"

namespace headroom {

/// Registers Headroom's hook in a config.json, behind the hooks that are there: createRuntime (not
/// where prestart has it already, which does the same) and poststop, each with an environment of
/// its own, since engines give hooks none, and a timeout of 10 s. A hook counts as there when its
/// program has the name of `hook_path`. Whether anything was added comes back; the text is as it
/// was on an error.
[[nodiscard]] Result<bool> InjectHooks(JsonText& config, const std::string& hook_path,
                                       OnError on_error);

}  // namespace headroom
