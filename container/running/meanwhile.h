#pragma once

#include "container/enrolment/enrolment.h"
#include "kernel/host_view.h"

namespace headroom {

/// What came between the look at a container that runs and the moment at which its enrolment is to
/// count from. A hook needs no such question: its container waits.
enum class Meanwhile {
  kNothing,
  kEnded,    ///< its init has ended, or its number is another process's by now
  kMoved,    ///< its cgroup is another one by that name, or its init is no longer in it
  kCounted,  ///< a process was killed since the baseline was read: which side of it is not certain
};

/// Compares a record made just now with the system: the init by its start time, the cgroup by its
/// inode and by who is in it, the oom_kill counter by the baseline. With kNothing no kill lies
/// between the baseline and `enrolled_boot`, so each is either counted or from before.
[[nodiscard]] Meanwhile SinceTheLook(const HostView& host, const Enrolment& enrolment);

}  // namespace headroom
