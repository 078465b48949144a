#pragma once

#include <optional>
#include <string>

#include "container/facts/facts.h"
#include "container/oci/oci_config.h"

namespace headroom {

/// What is known of a container that exists only as a config.json.
struct ConfigSubject {
  std::string id;          ///< empty: the name in linux.cgroupsPath, where it has one
  std::string bundle_dir;  ///< empty: not known
  CgroupVersion cgroup_version = CgroupVersion::kV2;  ///< of the host that is to run it
  std::optional<HostFacts> host;                      ///< nullopt: not known
};

/// Facts from config.json alone (FactsSource::kConfig): what a runtime on cgroup v2 would set by
/// it. Pure.
///
/// - linux.resources.memory.swap is memory and swap together: swap.max is what it exceeds the limit
///   by, and none where no limit is given (runc 1.1, ConvertMemorySwapToCgroupV2Value).
/// - linux.resources.unified is written last and wins; a value there that the kernel would refuse
///   is as if it were absent.
/// - Limits that nothing is asked for are unlimited, protections 0, oom_group false.
/// - /dev/shm that is bound from elsewhere has the type "bind": what lies there cannot be told.
/// - Of hugetlb only the page sizes that config.json names.
/// - The cgroups above are not known, only which one is asked for, by a runtime of root's.
[[nodiscard]] ContainerFacts FactsOfConfig(const OciConfig& config, const ConfigSubject& subject);

}  // namespace headroom
