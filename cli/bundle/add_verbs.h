#pragma once

#include "cli/judging_verbs.h"

namespace headroom {

/// The arguments of the verbs behind `bundle`. Both references outlive `program`.
void AddBundle(CLI::App& program, const Environment& environment, Verb& verb);

}  // namespace headroom
