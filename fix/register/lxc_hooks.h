#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "fix/register/oci_hooks.h"

namespace headroom {

/// Headroom's hooks in a configuration file of LXC's (lxc.container.conf(5)): that of a container,
/// or one that such files include. Pure: text in, text out; every line that is not ours stays.
/// Errors are kMalformed and name `where` and the line.
///
/// At start-host the container's limits are written and its init has not run yet; at stop its
/// processes have ended and its cgroup is still there; at post-stop it is gone.

/// Whether a program of that name is called at all three. An empty value takes back what was said
/// above it, as it does for LXC. Files that are included are not looked at.
[[nodiscard]] Result<bool> HasLxcHooks(std::string_view text, std::string_view where,
                                       std::string_view program);

/// Whether it is called at any of them.
[[nodiscard]] Result<bool> HasAnyLxcHook(std::string_view text, std::string_view where,
                                         std::string_view program);

/// The text with those that are missing behind everything else. `call.more` stands before the
/// stage, since LXC puts arguments of its own behind it.
[[nodiscard]] Result<std::string> WithLxcHooks(std::string_view text, std::string_view where,
                                               const HookCall& call);

/// The text without every hook whose program has the name of `program`.
[[nodiscard]] Result<std::string> WithoutLxcHooks(std::string_view text, std::string_view where,
                                                  std::string_view program);

}  // namespace headroom
