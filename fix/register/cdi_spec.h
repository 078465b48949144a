#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "fix/register/oci_hooks.h"

namespace headroom {

/// The Container Device Interface (CDI): a device that is nothing but Headroom's hooks, which a
/// container asks for by its name. Pure.

/// What is typed: `podman run --device headroom.dev/memory=watch`.
inline constexpr std::string_view kCdiKind = "headroom.dev/memory";
inline constexpr std::string_view kCdiDevice = "watch";

/// Our specification: createRuntime and poststop, in version 0.3.0 of the format, which every
/// engine that knows CDI takes.
[[nodiscard]] std::string CdiSpecText(const HookCall& call);

/// What a specification says, as far as it matters here.
struct CdiSpec {
  std::string kind;                   ///< "vendor/class"
  std::vector<std::string> programs;  ///< of the hooks of all its devices

  /// Whether it calls a program of that name.
  [[nodiscard]] bool Calls(std::string_view program) const;
};
/// kMalformed, naming `where`, for what is none. Those in YAML are not read.
[[nodiscard]] Result<CdiSpec> ReadCdiSpec(std::string_view text, std::string_view where);

}  // namespace headroom
