#include "hook/wrapper/hook_injection.h"

#include "fix/register/oci_hooks.h"

namespace headroom {

Result<bool> InjectHooks(JsonText& config, const std::string& hook_path, OnError on_error) {
  HookCall call{.program = hook_path};
  if (on_error == OnError::kClosed) call.more = {"--on-error", "closed"};
  return AddOciHooks(config, call);
}

}  // namespace headroom
