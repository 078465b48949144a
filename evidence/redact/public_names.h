#pragma once

#include <string_view>

namespace headroom {

/// Whether a program of that name is nobody's own: a runtime, an engine, a service that kills for
/// want of memory, or systemd. They are called alike on every host, and a verdict goes by some of
/// these names: who is a runtime's hand, who kills for want of memory, what is no program of the
/// container yet. Pure.
[[nodiscard]] bool IsPublicProgram(std::string_view name);

/// "python3.11" and the like: whose program file it is says nothing, what runs in it may.
[[nodiscard]] bool IsPython(std::string_view name);

/// A place of a tmpfs that every system has.
[[nodiscard]] bool IsPublicMountPoint(std::string_view path);

/// A file of the system's programs and libraries.
[[nodiscard]] bool IsSystemFile(std::string_view path);

}  // namespace headroom
