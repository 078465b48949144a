#include "fix/register/crio_config.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto dirs = CrioHooksDirs(text, "crio.conf");
  if (!dirs) {
    Require(dirs.error().code == ErrorCode::kMalformed);
    Require(dirs.error().Message().find('\n') == std::string::npos);
    return;
  }
  if (!*dirs) return;
  for (const std::string& dir : **dirs) Require(dir.starts_with('/'));
}
