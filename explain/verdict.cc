#include "explain/verdict.h"

namespace headroom {

std::string_view CauseName(Cause cause) {
  switch (cause) {
    case Cause::kLimitAnon:
      return "limit-anon";
    case Cause::kLimitShmem:
      return "limit-shmem";
    case Cause::kLimitFileDirty:
      return "limit-file-dirty";
    case Cause::kLimitKernel:
      return "limit-kernel";
    case Cause::kAncestorLimit:
      return "ancestor-limit";
    case Cause::kHostOom:
      return "host-oom";
    case Cause::kGroupKill:
      return "group-kill";
    case Cause::kChildKilled:
      return "child-killed";
    case Cause::kStartupOom:
      return "startup-oom";
    case Cause::kUserspaceKiller:
      return "userspace-killer";
    case Cause::kExternalSigkill:
      return "external-sigkill";
    case Cause::kShmFull:
      return "shm-full";
    case Cause::kAllocFailed:
      return "alloc-failed";
    case Cause::kEvicted:
      return "evicted";
    case Cause::kCacheThrash:
      return "cache-thrash";
    case Cause::kThrottledStart:
      return "throttled-start";
    case Cause::kDenied:
      return "denied";
    case Cause::kThrottledStuck:
      return "throttled-stuck";
    case Cause::kNotKilled:
      return "not-killed";
    case Cause::kUnknown:
      return "unknown";
  }
  return "unknown";
}

std::string_view ConfidenceName(Confidence confidence) {
  switch (confidence) {
    case Confidence::kObserved:
      return "observed";
    case Confidence::kSubtree:
      return "subtree";
    case Confidence::kInferred:
      return "inferred";
  }
  return "inferred";
}

}  // namespace headroom
