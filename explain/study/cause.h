#pragma once

#include "explain/study/case.h"

namespace headroom {

/// The one word for it. Who died comes first where it tells more than what filled the memory (a
/// whole group, a child and not the init, a start that failed), whose limit it was
/// where it was not the container's; else what filled the container's own limit. kUnknown when
/// nothing recorded says.
[[nodiscard]] Cause DecideCause(const Case& the_case);

/// Whether the container has ended, and its init was none of the killed: how it ended is known and
/// is not by SIGKILL, or the kernel's log names all that were killed and not it.
[[nodiscard]] bool InitWasSpared(const Case& the_case);

/// Reports name as many processes as were counted: then it is known who was not among them.
[[nodiscard]] bool AllAreNamed(const Case& the_case);

/// What filled the memory, from the source that is nearest to the kill. nullopt: no source says.
[[nodiscard]] std::optional<Part> WhatFilled(const Case& the_case);

}  // namespace headroom
