#include "container/engine/engine.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  (void)ArgumentBehind(text, "-n");
  const auto names = ParseDockerNames(text, "config.v2.json");
  if (!names) Require(names.error().code == ErrorCode::kMalformed);
  const auto labels = ParseLabels(text, "annotation");
  if (!labels) Require(labels.error().code == ErrorCode::kMalformed);
  const auto state = ParseOciState(text, "state");
  if (state) Require(!IdentifyEngine(*state, nullptr, "/x", "runc").engine.empty());
}
