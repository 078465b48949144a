#include "container/facts/cgroup_facts.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "kernel/cgroup/hugetlb.h"
#include "kernel/cgroup/memory_v1.h"
#include "kernel/cgroup/pids_max.h"

namespace headroom {
namespace {

constexpr std::size_t kMostAsked = 64;  // levels of a path that somebody else wrote

std::string NoCgroupReason(CgroupVersion version) {
  switch (version) {
    case CgroupVersion::kV1:
      return "its cgroup of the memory controller, which is on v1, could not be found";
    case CgroupVersion::kMissing:
      return "this kernel offers no memory controller";
    case CgroupVersion::kV2:
      break;
  }
  return "it has no cgroup that could be found";
}

std::optional<Limit> ReadLimit(const CgroupDir& cgroup, const std::string& file) {
  const auto text = cgroup.ReadValue(file);
  const auto limit = text ? ParseLimit(*text) : std::unexpected(text.error());
  return limit ? std::optional(*limit) : std::nullopt;
}

/// Every level is asked: nothing keeps a level from being tighter than those below it.
void ConsiderPids(const CgroupDir& cgroup, std::optional<ContainerFacts::PidsMax>& smallest) {
  const auto text = cgroup.ReadValue("pids.max");
  const auto max = text ? ParsePidsMax(*text) : std::unexpected(text.error());
  if (!max) return;
  if (!smallest) smallest.emplace();
  if (!*max || (smallest->count && *smallest->count <= **max)) return;
  smallest = {.count = *max, .path = cgroup.path()};
}

void ReadOwnLevel(const CgroupDir& cgroup, std::string_view controllers, ContainerFacts& facts) {
  facts.cgroup = ReadBaseline(cgroup);
  facts.memory_min = ReadLimit(cgroup, "memory.min");
  facts.memory_low = ReadLimit(cgroup, "memory.low");
  if (HasController(controllers, "pids")) ConsiderPids(cgroup, facts.pids);
  const bool has_pool = facts.host.hugetlb_total && facts.host.hugetlb_total->value > 0;
  if (!has_pool || !HasController(controllers, "hugetlb")) return;
  for (const HugetlbLimit& limit : ReadHugetlbLimits(cgroup)) {
    facts.hugetlb.push_back({.page_size = limit.page_size, .max = limit.max});
  }
}

void ReadAncestors(const CgroupDir& cgroup, ContainerFacts& facts) {
  std::optional<CgroupDir> level;
  const CgroupDir* below = &cgroup;
  for (const std::string& path : AncestorPaths(cgroup.path())) {
    // A level that cannot be opened (rootless: not visible) has no figures, but keeps its place,
    // and so have those above it.
    auto above = below != nullptr ? below->Parent() : MakeError(ErrorCode::kNotFound, path, "");
    CgroupBaseline baseline;
    if (above) {
      baseline = ReadBaseline(*above);
      ConsiderPids(*above, facts.pids);
      level = std::move(*above);
    }
    below = above ? &*level : nullptr;
    baseline.path = path;
    facts.ancestors.push_back(std::move(baseline));
  }
}

/// A level that is not there yet, and will be without a limit.
bool IsMadeByTheRuntime(const Error& error, std::string_view path) {
  return error.code == ErrorCode::kNotFound && !path.ends_with(".slice");
}

/// Whether the hierarchy has the io controller at all is what the kernel asks before it throttles
/// writers by their cgroup's own limit (inode_cgwb_enabled in include/linux/backing-dev.h); the
/// container's cgroup need not have it enabled. nullopt: the root cannot be seen.
std::optional<bool> HasIo(const HostView& host, std::string_view own_controllers) {
  if (HasController(own_controllers, "io")) return true;
  const auto root = CgroupDir::Open(host, "/");
  const auto text = root ? root->ReadValue("cgroup.controllers") : std::unexpected(root.error());
  return text ? std::optional(HasController(*text, "io")) : std::nullopt;
}

}  // namespace

bool HasController(std::string_view controllers, std::string_view name) {
  const auto names = Words(Trimmed(controllers));
  return std::ranges::find(names, name) != names.end();
}

std::optional<CgroupDir> CollectCgroup(const HostView& host, const ProcessCgroup& membership,
                                       ContainerFacts& facts) {
  const auto& path = membership.memory();
  auto dir = path ? CgroupDir::Open(host, *path)
                  : MakeError(ErrorCode::kNotFound, "cgroup", "has no memory controller");
  const auto controllers =
      dir ? dir->ReadValue("cgroup.controllers") : std::unexpected(dir.error());
  // Where the container's own cgroup has the controller, the root need not be asked.
  const bool has_memory = controllers && HasController(*controllers, "memory");
  facts.cgroup_version = has_memory ? CgroupVersion::kV2 : DetectCgroupVersion(host);
  facts.not_own_reason = NoCgroupReason(facts.cgroup_version);
  if (facts.cgroup_version == CgroupVersion::kMissing || !dir) return std::nullopt;
  if (facts.cgroup_version == CgroupVersion::kV1 && !IsMemoryV1(*dir)) return std::nullopt;
  // On v1 the other controllers have hierarchies of their own: `controllers` is empty.
  ReadOwnLevel(*dir, controllers.value_or(""), facts);
  if (facts.cgroup_version == CgroupVersion::kV2) {
    facts.io_controller = HasIo(host, controllers.value_or(""));
  }
  ReadAncestors(*dir, facts);
  return std::move(*dir);
}

void CollectAskedAncestors(const HostView& host, ContainerFacts& facts) {
  if (!facts.config || facts.config->asked_cgroup.empty()) return;
  const auto paths = AncestorPaths(facts.config->asked_cgroup);
  if (paths.size() > kMostAsked) return;
  ContainerFacts above;
  above.pids = facts.pids;
  for (const std::string& path : paths) {
    const auto level = CgroupDir::Open(host, path);
    if (!level && !IsMadeByTheRuntime(level.error(), path)) return;
    above.ancestors.push_back(level ? ReadBaseline(*level) : CgroupBaseline{});
    above.ancestors.back().path = path;
    if (level) ConsiderPids(*level, above.pids);
  }
  facts.ancestors = std::move(above.ancestors);
  facts.pids = std::move(above.pids);
  facts.config->ancestors_known = true;
}

}  // namespace headroom
