#include <cstdlib>

#include "container/registry_dir.h"
#include "container/undo_left.h"
#include "kernel/cgroup/memory_hierarchy.h"

/// headroom-undo: lifts and thaws what headroomd has marked in the run directory. systemd runs it
/// behind every end of the guardian, which may have been killed together with headroomd, or because
/// it hung: then nobody else is left, and there is no time to lose. So it is a static program.
int main() {
  using namespace headroom;
  const bool undone = UndoWhatWasLeft(OnMemoryHierarchy({}), DefaultStatePaths().run_dir);
  return undone ? EXIT_SUCCESS : EXIT_FAILURE;
}
