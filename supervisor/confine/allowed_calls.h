#pragma once

#include <span>

namespace headroom {

/// A system call that a program of ours needs once it runs.
struct AllowedCall {
  const char* name;  ///< as Linux spells it; an architecture may not have it
  const char* why;   ///< what for, of ours or of the C library
};

/// What every program of ours needs: memory, time, threads that exist, standard error.
[[nodiscard]] std::span<const AllowedCall> CallsOfAll();
/// What headroomd needs besides, after it is set up.
[[nodiscard]] std::span<const AllowedCall> CallsOfHeadroomd();
/// What headroom-guardian needs besides, after it listens.
[[nodiscard]] std::span<const AllowedCall> CallsOfGuardian();

}  // namespace headroom
