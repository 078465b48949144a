#include "fuzz/fuzz.h"
#include "kernel/cgroup/memory_events.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto events = ParseMemoryEvents(text);
  if (!events) {
    Require(events.error().code == ErrorCode::kMalformed && !events.error().where.empty());
    return;
  }
  // A key that was read cannot be given a second time.
  if (events->oom) {
    Require(!ParseMemoryEvents(std::string(text) + "\noom 1\n").has_value());
  }
  Require(CounterDelta(events->oom, events->oom) ==
          (events->oom ? std::optional(0U) : std::nullopt));
}
