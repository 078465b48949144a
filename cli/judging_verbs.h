#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "cli/environment.h"

namespace headroom {

/// What the arguments asked for: the one verb that was named, ready to run.
using Verb = std::function<int()>;

/// An unset variable of a script must not give the answer about something else.
inline std::string RefuseEmpty(const std::string& text) { return text.empty() ? "is empty" : ""; }

/// The arguments of `check`, and of the verbs behind `policy`. Both references outlive `program`.
void AddCheck(CLI::App& program, const Environment& environment, Verb& verb);
void AddPolicy(CLI::App& program, const Environment& environment, Verb& verb);

}  // namespace headroom
