#include "container/oci/oci_state.h"

#include "base/text.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto state = ParseOciState(text, "state");
  if (!state) {
    Require(state.error().code == ErrorCode::kMalformed);
    Require(state.error().Message().find('\n') == std::string::npos);
    return;
  }
  Require(!state->id.empty());
  Require(!state->pid || *state->pid > 0);
  Require(!state->bundle || !state->bundle->empty());
}
