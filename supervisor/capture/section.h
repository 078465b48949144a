#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "evidence/store.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/host_view.h"

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
[[nodiscard]] Section ReadProcessSection(const HostView& host, pid_t pid, const std::string& file,
                                         const std::string& name, std::size_t max_bytes);

}  // namespace headroom
