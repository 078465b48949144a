#include "fix/register/podman_hooks.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  if (const auto hook = ReadPodmanHook(text, "hook.json")) {
    Require(!hook->Calls("/usr/lib/headroom/headroom-hook", "poststop") ||
            hook->program.ends_with("headroom-hook"));
  } else {
    Require(hook.error().code == ErrorCode::kMalformed);
    Require(hook.error().Message().find('\n') == std::string::npos);
  }
  if (const auto dirs = HooksDirsInHelp(text)) {
    for (const std::string& dir : *dirs) Require(dir.starts_with('/'));
  }
}
