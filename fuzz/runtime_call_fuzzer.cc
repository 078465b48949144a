#include "hook/wrapper/runtime_call.h"

#include <algorithm>

#include "fuzz/argument_lines.h"
#include "fuzz/fuzz.h"

namespace {

using namespace headroom;

/// Whether it is one of the arguments, or the end of one ("--log=FILE", "-bDIR").
bool ComesFrom(const ArgumentLines& arguments, const std::string& value) {
  return std::ranges::any_of(arguments.lines(),
                             [&](const std::string& line) { return line.ends_with(value); });
}

}  // namespace

/// An engine's arguments, a line each.
HEADROOM_FUZZ(text) {
  const ArgumentLines arguments(text);
  const RuntimeCall call = ParseRuntimeCall(arguments.argv());
  // What is handed on begins behind ours, and ours are only ours.
  Require(call.own <= arguments.argv().size());
  Require(call.own > 0 || (call.runtime.empty() && call.error.empty()));
  Require(call.error.find('\n') == std::string::npos);
  Require(call.runtime.empty() || call.runtime.starts_with('/') || !call.error.empty());
  // Nothing is made up.
  for (const std::string& value : {call.runtime, call.command, call.log, call.config, call.id}) {
    Require(value.empty() || ComesFrom(arguments, value));
  }
  Require(call.bundle == "." || ComesFrom(arguments, call.bundle));
  Require(!call.bundle.empty());
  // Only what starts a container has a container.
  Require(call.starts() || (call.id.empty() && call.config.empty() && call.bundle == "."));
  // Ours stand in front, and the rest is the same call without them.
  const RuntimeCall rest = ParseRuntimeCall(std::span(arguments.argv()).subspan(call.own));
  Require(rest.own == 0 && rest.command == call.command && rest.id == call.id);
}
