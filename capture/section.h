#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "evidence/store.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"
#include "kernel/proc/process.h"

namespace headroom {

/// Makes sections of a bundle: reads, times the read, and turns a failure into a manifest row that
/// says why, so that a section that is not there is never mistaken for one that was empty.

/// A section whose bytes are what `read` returns.
[[nodiscard]] Section MakeSection(const std::string& name,
                                  const std::function<Result<std::string>()>& read);
/// A section of text that is at hand, captured now.
[[nodiscard]] Section TextSection(const std::string& name, std::string text);
/// A section that cannot be had, and why.
[[nodiscard]] Section AbsentSection(const std::string& name, Outcome outcome, std::string reason);

[[nodiscard]] Section ReadCgroupSection(const CgroupDir& cgroup, const std::string& file,
                                        const std::string& name);
/// Too late when `process` has ended, also when its number is another one's by now. Partial where
/// `max_bytes` or `deadline` cut it; one read(2) may still wait for as long as the kernel does.
[[nodiscard]] Section ReadProcessSection(const HostView& host, const ProcessId& process,
                                         const std::string& file, const std::string& name,
                                         std::size_t max_bytes, BootTime deadline);
/// Whether it still has its memory and is not being killed. What was read of it until now is whole
/// then: the map of a process that dies ends between two mappings, which no text can tell.
[[nodiscard]] bool IsWhole(const HostView& host, const ProcessId& process);
/// Whether the number still is that process's. One that has ended meanwhile, and left its number to
/// nobody, was there until then.
[[nodiscard]] bool IsNobodyElse(const HostView& host, const ProcessId& process);

}  // namespace headroom
