#include "supervisor/confine/locked_memory.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>

namespace headroom {
namespace {

constexpr int kReturnedFrom = 256 * 1024;
/// Each of malloc's arenas keeps what it has taken once.
constexpr int kMostArenas = 2;

/// Root may raise it; in a unit without CAP_SYS_RESOURCE LimitMEMLOCK= has done so.
Status RequireNoLimit() {
  constexpr rlimit kNone{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  if (setrlimit(RLIMIT_MEMLOCK, &kNone) == 0) return {};
  rlimit found{};
  if (getrlimit(RLIMIT_MEMLOCK, &found) != 0) return SystemError("RLIMIT_MEMLOCK", "is not known");
  if (found.rlim_cur == RLIM_INFINITY) return {};
  return MakeError(ErrorCode::kDenied, "RLIMIT_MEMLOCK",
                   fmt::format("is {} bytes, expected none (LimitMEMLOCK=infinity in the unit)",
                               found.rlim_cur));
}

}  // namespace

Status LockMemory(LaterMemory later) {
  if (auto unlimited = RequireNoLimit(); !unlimited) return unlimited;
  // Fixed, as malloc raises its threshold otherwise with each large buffer that is freed.
  (void)mallopt(M_MMAP_THRESHOLD, kReturnedFrom);
  (void)mallopt(M_ARENA_MAX, kMostArenas);
  if (mlockall(MCL_CURRENT) != 0) return SystemError("mlockall", "refused");
  const int on_fault = later == LaterMemory::kOnFirstUse ? MCL_ONFAULT : 0;
  if (mlockall(MCL_FUTURE | on_fault) != 0) return SystemError("mlockall", "refused");
  return {};
}

}  // namespace headroom
