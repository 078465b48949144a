#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fix/config/json_text.h"

namespace headroom {

/// How an engine is told to call Headroom's hook.
struct HookCall {
  std::string program;                   ///< an absolute path
  std::vector<std::string> more;         ///< arguments behind the stage
  std::vector<std::string> environment;  ///< "NAME=VALUE" behind PATH
};

/// The hook at `stage` ("createRuntime", "poststop") as the OCI specification writes it, on one
/// line: with an environment of its own, since engines give hooks none, and a timeout of 10 s.
[[nodiscard]] std::string HookObject(const HookCall& call, std::string_view stage);

/// What is behind the last slash of a path. A hook counts as Headroom's when its program has the
/// name of ours, wherever it lies.
[[nodiscard]] std::string_view LeafOf(std::string_view path);

/// Registers the hook in a config.json, behind the hooks that are there: at createRuntime (not
/// where prestart has it already, which does the same) and at poststop. Whether anything was added
/// comes back; the text is as it was on an error.
[[nodiscard]] Result<bool> AddOciHooks(JsonText& config, const HookCall& call);

/// Whether AddOciHooks would add nothing.
[[nodiscard]] Result<bool> HasOciHooks(const JsonText& config, std::string_view program);

/// Takes every hook whose program has the name of `program` out of prestart, createRuntime and
/// poststop, and lists that are empty then, unless `earlier` (the config.json as it was before they
/// were added; nullptr: not known) has them too. Whether anything was taken comes back; the text is
/// as it was on an error.
[[nodiscard]] Result<bool> RemoveOciHooks(JsonText& config, std::string_view program,
                                          const JsonText* earlier);

}  // namespace headroom
