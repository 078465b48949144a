#include "fuzz/fuzz.h"
#include "kernel/cgroup/memory_stat_v1.h"
#include "kernel/cgroup/memory_v1.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto control = ParseOomControl(text);
  if (!control) {
    Require(control.error().code == ErrorCode::kMalformed && !control.error().where.empty());
  } else if (control->oom_kill) {
    // A key that was read cannot be given a second time.
    Require(!ParseOomControl(std::string(text) + "\noom_kill 1\n").has_value());
  }
  const auto limit = ParseLimitV1(text);
  if (limit && !limit->unlimited()) Require(limit->bytes().value < INT64_MAX);
  const auto stat = ParseMemoryStatOfAny(text);
  if (stat && IsMemoryStatV1(text)) Require(stat->anon.has_value() && !stat->kernel);
}
