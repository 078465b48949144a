#pragma once

#include <string>

#include "base/result.h"
#include "fix/config/json_text.h"
#include "hook/options.h"

namespace headroom {

/// Registers Headroom's hook in a config.json (see fix/register/oci_hooks.h), told what an error of
/// its own costs. Whether anything was added comes back; the text is as it was on an error.
[[nodiscard]] Result<bool> InjectHooks(JsonText& config, const std::string& hook_path,
                                       OnError on_error);

}  // namespace headroom
