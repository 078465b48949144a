#include "capture/cgroup_sections.h"

#include <fmt/format.h>

#include <string>

#include "base/text.h"
#include "capture/section.h"
#include "evidence/section_name.h"

namespace headroom {
namespace {

constexpr const char* kContainerFiles[] = {
    "memory.current",      "memory.peak",        "memory.max",      "memory.high",
    "memory.low",          "memory.min",         "memory.stat",     "memory.events",
    "memory.events.local", "memory.oom.group",   "memory.pressure", "memory.swap.current",
    "memory.swap.max",     "memory.swap.events", "io.pressure",     "cpu.pressure"};
constexpr const char* kAncestorFiles[] = {
    "memory.current",  "memory.max",          "memory.high",     "memory.stat",
    "memory.events",   "memory.events.local", "memory.pressure", "memory.swap.current",
    "memory.swap.max", "io.pressure",         "cpu.pressure"};

}  // namespace

std::vector<Section> ReadLiveSections(const HostView& host, const CgroupDir& cgroup) {
  std::vector<Section> sections;
  for (const char* file : kContainerFiles) {
    sections.push_back(ReadCgroupSection(cgroup, file, fmt::format("cgroup/{}", file)));
  }
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
    for (const char* file : kAncestorFiles) {
      sections.push_back(ReadCgroupSection(*level, file, fmt::format("{}/{}", folder, file)));
    }
  }
  return sections;
}

}  // namespace headroom
