#pragma once

#include <string>

#include "kernel/host_view.h"

namespace headroom {

/// Lifts and thaws what a headroomd has marked before it did it (container/armed_marks.h,
/// frozen_marks.h) and could not undo: it was killed or hangs, and its guardian too. A log line for
/// each. Opens files of marked cgroups alone, and waits for nothing. False: something could not be
/// undone.
[[nodiscard]] bool UndoWhatWasLeft(const HostView& host, const std::string& run_dir);

}  // namespace headroom
