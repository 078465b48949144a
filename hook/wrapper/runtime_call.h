#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "hook/options.h"

namespace headroom {

/// How an engine calls a runtime, as far as headroom-runtime has to know:
///   headroom-runtime [--headroom-runtime PATH] [--on-error open|closed] RUNTIME-ARGUMENTS...
struct RuntimeCall {
  std::string runtime;  ///< of --headroom-runtime; empty: not given
  OnError on_error = OnError::kOpen;
  std::size_t own = 0;  ///< how many of the arguments were ours; the rest is the runtime's
  std::string error;    ///< what is wrong with ours, one line; empty: nothing

  std::string command;  ///< "create", "state"; empty: none, as in --version
  std::string log;      ///< of --log; empty: none
  bool json_log = false;
  // Only for a command that starts a container:
  std::string bundle = ".";  ///< of --bundle
  std::string config;        ///< of crun's --config; empty: config.json of the bundle
  std::string id;            ///< empty: not given

  /// Whether the runtime will read a config.json and make a container by it. (`restore` does not
  /// count: its memory is that of the checkpoint.)
  [[nodiscard]] bool starts() const { return command == "create" || command == "run"; }
};

/// Arguments without the program's name. Understands every spelling that runc (Go: -flag value,
/// --flag=value), crun (getopt: -bDIR, unique beginnings of a name) and youki take; flags that are
/// not known are taken for switches, and nothing is ever changed or refused for the runtime.
[[nodiscard]] RuntimeCall ParseRuntimeCall(std::span<const char* const> arguments);

}  // namespace headroom
