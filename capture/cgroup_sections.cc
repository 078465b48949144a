#include "capture/cgroup_sections.h"

#include <fmt/format.h>

#include <span>
#include <string>

#include "base/text.h"
#include "capture/section.h"
#include "evidence/section_name.h"
#include "kernel/cgroup/memory_v1.h"

namespace headroom {
namespace {

constexpr const char* kPhotographFiles[] = {
    "memory.stat",     "memory.current", "memory.events", "memory.swap.current",
    "memory.pressure", "io.pressure",    "cpu.pressure"};
constexpr const char* kPhotographFilesV1[] = {"memory.stat", "memory.usage_in_bytes",
                                              "memory.oom_control", "memory.memsw.usage_in_bytes",
                                              "memory.kmem.usage_in_bytes"};
constexpr const char* kContainerFiles[] = {
    "memory.current",      "memory.peak",        "memory.max",      "memory.high",
    "memory.low",          "memory.min",         "memory.stat",     "memory.events",
    "memory.events.local", "memory.oom.group",   "memory.pressure", "memory.swap.current",
    "memory.swap.max",     "memory.swap.events", "io.pressure",     "cpu.pressure"};
constexpr const char* kAncestorFiles[] = {
    "memory.current",  "memory.max",          "memory.high",     "memory.stat",
    "memory.events",   "memory.events.local", "memory.pressure", "memory.swap.current",
    "memory.swap.max", "io.pressure",         "cpu.pressure"};

// On v1, where whole sets of files may be missing: those of memory and swap together without swap
// accounting, those of kernel memory with cgroup.memory=nokmem.
constexpr const char* kContainerFilesV1[] = {"memory.usage_in_bytes",
                                             "memory.max_usage_in_bytes",
                                             "memory.limit_in_bytes",
                                             "memory.soft_limit_in_bytes",
                                             "memory.failcnt",
                                             "memory.stat",
                                             "memory.oom_control",
                                             "memory.swappiness",
                                             "memory.use_hierarchy",
                                             "memory.memsw.usage_in_bytes",
                                             "memory.memsw.limit_in_bytes",
                                             "memory.memsw.failcnt",
                                             "memory.kmem.usage_in_bytes",
                                             "memory.kmem.limit_in_bytes",
                                             "memory.kmem.failcnt"};
constexpr const char* kAncestorFilesV1[] = {"memory.usage_in_bytes",
                                            "memory.limit_in_bytes",
                                            "memory.failcnt",
                                            "memory.stat",
                                            "memory.oom_control",
                                            "memory.use_hierarchy",
                                            "memory.memsw.usage_in_bytes",
                                            "memory.memsw.limit_in_bytes",
                                            "memory.memsw.failcnt",
                                            "memory.kmem.usage_in_bytes"};

using Names = std::span<const char* const>;

/// Of one that was removed the hierarchy tells, by the files of its root.
bool IsOfV1(const HostView& host, const CgroupDir& cgroup) {
  if (IsMemoryV1(cgroup)) return true;
  if (cgroup.IsAlive()) return false;
  const auto root = CgroupDir::Open(host, "/");
  return root && IsMemoryV1(*root);
}

void AddFiles(const CgroupDir& cgroup, const std::string& folder, Names files,
              std::vector<Section>& sections) {
  for (const char* file : files) {
    sections.push_back(ReadCgroupSection(cgroup, file, fmt::format("{}/{}", folder, file)));
  }
}

}  // namespace

std::vector<Section> ReadPhotographSections(const HostView& host, const CgroupDir& cgroup) {
  std::vector<Section> sections;
  const bool v1 = IsOfV1(host, cgroup);
  AddFiles(cgroup, "before", v1 ? Names(kPhotographFilesV1) : Names(kPhotographFiles), sections);
  if (!v1) return sections;
  for (const std::string_view file : kPhotographFiles) {
    if (file == "memory.stat") continue;  // which both have
    sections.push_back(
        AbsentSection(fmt::format("before/{}", file), Outcome::kUnavailable,
                      "it is a file of cgroup v2, and the memory controller is on v1"));
  }
  return sections;
}

std::vector<Section> ReadLiveSections(const HostView& host, const CgroupDir& cgroup) {
  std::vector<Section> sections;
  const bool v1 = IsOfV1(host, cgroup);
  AddFiles(cgroup, "cgroup", v1 ? Names(kContainerFilesV1) : Names(kContainerFiles), sections);
  std::size_t number = 0;
  for (const std::string& path : AncestorPaths(cgroup.path())) {
    const auto level = CgroupDir::Open(host, path);
    // A cgroup's name may be longer, encoded, than a section's may be.
    const std::string leaf = PercentEncoded(path.substr(path.rfind('/') + 1)).substr(0, 100);
    const std::string folder = fmt::format("cgroup/ancestors/{:02}-{}", number++, leaf);
    if (!level) {
      sections.push_back(AbsentSection(folder, Outcome::kTooLate, level.error().Message()));
      continue;
    }
    AddFiles(*level, folder, v1 ? Names(kAncestorFilesV1) : Names(kAncestorFiles), sections);
  }
  return sections;
}

}  // namespace headroom
