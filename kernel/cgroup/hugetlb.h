#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "kernel/cgroup/cgroup_dir.h"

namespace headroom {

/// One limit of the hugetlb controller: file hugetlb.<size>.max.
struct HugetlbLimit {
  Bytes page_size;
  Limit max;
  bool operator==(const HugetlbLimit&) const = default;
};

/// A page size as cgroupfs and runtimes write it: "2MB", "1GB", "64KB" (mm/hugetlb_cgroup.c,
/// mem_fmt; the units are binary). Pure. nullopt for anything else.
[[nodiscard]] std::optional<Bytes> ParseHugePageSize(std::string_view name);

/// The inverse, for the page sizes that there are: "2MB".
[[nodiscard]] std::string HugePageSizeName(Bytes size);

/// "2MB" of "hugetlb.2MB.max"; empty for other names. What "hugetlb.2MB.rsvd.max" gives is no page
/// size. Pure.
[[nodiscard]] std::string_view HugetlbSizeInFileName(std::string_view file);

/// The limits of `cgroup`, a page size each, smallest first. Lists the directory, which costs more
/// than reading a file. Empty where the controller is not enabled for it.
[[nodiscard]] std::vector<HugetlbLimit> ReadHugetlbLimits(const CgroupDir& cgroup);

}  // namespace headroom
