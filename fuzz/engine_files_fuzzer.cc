#include "explain/inferred/engine_files.h"

#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

void Check(const Result<EngineState>& state) {
  if (!state) return Require(state.error().code == ErrorCode::kMalformed);
  Require(!state->id.empty());
  if (state->exit_code) Require(*state->exit_code >= 0 && *state->exit_code <= 255);
  // What runs has no end yet.
  if (state->running.value_or(true)) Require(!state->exit_code);
}

}  // namespace

HEADROOM_FUZZ(text) {
  Check(ParseDockerState(text, "config.v2.json"));
  Check(ParsePodmanInspect(text, "podman inspect"));
  const auto stored = ParseStoredContainers(text, "containers.json");
  if (stored) Require(stored->size() <= 10000);
  const auto listed = ParsePodmanList(text, "podman ps");
  if (listed) Require(listed->size() <= 10000);
}
