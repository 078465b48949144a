#include "fix/register/cdi_spec.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto spec = ReadCdiSpec(text, "headroom.json");
  if (spec) {
    Require(spec->Calls("headroom-hook") == spec->Calls("/usr/lib/headroom/headroom-hook"));
    return;
  }
  Require(spec.error().code == ErrorCode::kMalformed);
  Require(spec.error().Message().find('\n') == std::string::npos);
}
