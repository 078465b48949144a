#include "explain/study/not_oom.h"

namespace headroom {

bool LogHasNoKill(const Case& the_case) {
  // As the supervisor says it (supervisor/incident/kernel_sections.cc); a log that was not whole
  // has a reason of its own.
  const ManifestRow* row = the_case.evidence().manifest.Find("kernel/oom.log");
  return row != nullptr && row->reason.starts_with("the kernel's log has no kill");
}

bool IsNotOomKill(const Case& the_case) {
  const auto& incident = the_case.inputs.incident;
  const IncidentLevel* own = incident ? incident->Own() : nullptr;
  if (own == nullptr || own->events.oom_kill != 0) return false;
  return !own->removed || LogHasNoKill(the_case);
}

}  // namespace headroom
