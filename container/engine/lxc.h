#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "container/oci/oci_config.h"
#include "container/oci/oci_state.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// What LXC has where OCI runtimes have a state and a config.json, put into the same words
/// (lxc.container.conf(5), read in lxc 5.0.2).

inline constexpr std::string_view kLxcEngine = "lxc";

/// What LXC tells its hooks, in their environment. nullopt: not set.
struct LxcEnvironment {
  std::optional<std::string> name;         ///< LXC_NAME
  std::optional<std::string> pid;          ///< LXC_PID, of the init; not set behind its end
  std::optional<std::string> config_file;  ///< LXC_CONFIG_FILE
};
/// Of this process.
[[nodiscard]] LxcEnvironment ReadLxcEnvironment();

/// The state of that container; its id is its name. kMalformed where LXC does not say which
/// container it is, or names no process by LXC_PID. Pure.
[[nodiscard]] Result<OciState> StateOfLxc(const LxcEnvironment& environment);

/// What a container's configuration asks for of the memory controller of that version:
/// lxc.cgroup2.* on cgroup v2, lxc.cgroup.* on v1, where LXC writes the one and not the other. The
/// last one of a key counts, and an empty one takes back those before it. On v2 all of memory,
/// pids and hugetlb is in `unified`; a size may be written as the kernel takes it (512M). Values
/// that the kernel would refuse are as if they were absent.
///
/// Files that it includes are not read. Keys that are not known are ignored; kMalformed, with the
/// line, for a line that LXC does not take either. Pure.
[[nodiscard]] Result<OciConfig> ParseLxcConfig(std::string_view text, std::string_view where,
                                               CgroupVersion version);

/// Reads that file, which must be a regular one.
[[nodiscard]] Result<OciConfig> ReadLxcConfig(const std::string& path, CgroupVersion version);

/// One line of such a file. Borrows the text.
struct LxcLine {
  std::string_view key;
  std::string_view value;  ///< without the quotes around it
};
/// nullopt: blank or a comment. kMalformed for what has no "=". Pure.
[[nodiscard]] Result<std::optional<LxcLine>> ParseLxcLine(std::string_view line);

}  // namespace headroom
