#pragma once

#include <string>

#include "kernel/host_view.h"

namespace headroom {

/// Lifts and thaws what a headroomd has marked before it did it (container/marks/armed_marks.h,
/// frozen_marks.h) and could not undo: it was killed or hangs, and its guardian too. A log line for
/// each. Opens files of marked cgroups alone, and waits for nothing. False: something could not be
/// undone.
[[nodiscard]] bool UndoWhatWasLeft(const HostView& host, const std::string& run_dir);

/// Whether the guardian has ended by itself with 0, by what systemd tells whoever it runs behind
/// the end of a service (systemd.exec(5)): `exit_code` is $EXIT_CODE, "exited", "killed" or
/// "dumped", and `exit_status` $EXIT_STATUS. It has released all that it guarded then, and what is
/// marked belongs to another one, whose headroomd lives. False where either is a null pointer:
/// somebody has typed the command. Pure.
[[nodiscard]] bool EndedInOrder(const char* exit_code, const char* exit_status);

}  // namespace headroom
