#pragma once

#include <string>

#include "cli/doctor/host_finding.h"
#include "kernel/host_view.h"

namespace headroom {

/// Where a host shows what it offers, besides /proc and cgroupfs. Tests give a temporary tree.
struct HostPlaces {
  std::string kmsg = "/dev/kmsg";
  std::string run_systemd = "/run/systemd/system";  ///< there where systemd runs
  std::string tracefs = "/sys/kernel/tracing";
  std::string older_tracefs = "/sys/kernel/debug/tracing";
  std::string huge_pages = "/sys/kernel/mm/transparent_hugepage/enabled";
};

/// What calling a system call said that an older kernel, or a seccomp filter, has not: an errno
/// each, 0 where it can be called.
struct CallErrors {
  int openat2 = 0;
  int pidfd_open = 0;
};
[[nodiscard]] CallErrors TryCalls();

/// A finding for each. Pure.
[[nodiscard]] HostFindings JudgeCalls(const CallErrors& errors);

/// What the kernel and the init system offer of what Headroom uses: a finding each, whether or not
/// it is there. Reads small files; opens the kernel's log and closes it again.
[[nodiscard]] HostFindings LookAtFacilities(const HostView& host, const HostPlaces& places);

}  // namespace headroom
