#pragma once

#include "cli/judging_verbs.h"

namespace headroom {

/// The arguments of `install` and `uninstall`. Both references outlive `program`.
void AddInstall(CLI::App& program, const Environment& environment, Verb& verb);

}  // namespace headroom
