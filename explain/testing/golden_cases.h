#pragma once

#include <string>
#include <vector>

#include "explain/testing/cases.h"
#include "explain/testing/killed_cases.h"
#include "explain/testing/living_cases.h"
#include "explain/testing/odd_cases.h"

namespace headroom::testing_evidence {

/// A case and the verdict that people should read, explain/testdata/<name>.txt.
struct GoldenCase {
  std::string name;
  EvidenceBuilder builder;
};

inline std::vector<GoldenCase> GoldenCases() {
  return {{"kill-single", KillSingle()},
          {"kill-child", KillChild()},
          {"kill-nested", KillNested()},
          {"kill-group", KillGroup()},
          {"ancestor-limit", AncestorLimit()},
          {"sibling-holds", SiblingHolds()},
          {"host-oom", HostOom()},
          {"shm-fills", ShmFills()},
          {"denied", Denied()},
          {"inferred", Inferred()},
          {"almost-nothing", AlmostNothing()},
          {"hostile", Hostile()},
          {"docker-swap-stale", DockerWithSwapAndOldSnapshot()},
          {"killed-by-a-shell", KilledByAShell()},
          {"stopped-after-grace", StoppedAfterGrace()},
          {"stopped-deaf", StoppedAfterGrace("ignored")},
          {"killed-by-oomd", KilledByOomd()},
          {"evicted", EvictedPod()},
          {"evicted-for-disk", EvictedPod(kRankedLine, "ephemeral-storage")},
          {"ended-by-itself", EndedByItself()},
          {"killed-inside", KilledInside()},
          {"shm-full", ShmWasFullAtSigbus()},
          {"killed-unseen", KilledUnseen()},
          {"failed-start", FailedStart()},
          {"snap-level", SnapOfALevelOne()},
          {"snap-leak", SnapOfALeak()},
          {"snap-thrash", SnapOfThrash()},
          {"snap-throttled", SnapOfThrottled()}};
}

}  // namespace headroom::testing_evidence
