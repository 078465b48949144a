#include "container/facts/facts_of_config.h"

#include <algorithm>

#include "container/facts/shm_facts.h"
#include "container/oci/asked_cgroup.h"
#include "container/oci/tmpfs_size.h"
#include "kernel/cgroup/hugetlb.h"
#include "kernel/cgroup/pids_max.h"

namespace headroom {
namespace {

/// The value of a key of linux.resources.unified; nullptr when there is none.
const std::string* Unified(const OciConfig& config, std::string_view key) {
  const auto found = config.unified.find(key);
  return found == config.unified.end() ? nullptr : &found->second;
}

/// That key's limit, else `otherwise`.
Limit UnifiedLimit(const OciConfig& config, std::string_view key, Limit otherwise) {
  const std::string* text = Unified(config, key);
  return text == nullptr ? otherwise : ParseLimit(*text).value_or(otherwise);
}

Limit SwapMax(const OciConfig& config) {
  const bool both = config.memory_limit && config.memory_swap;
  if (!both || config.memory_limit->unlimited() || config.memory_swap->unlimited()) {
    return Limit::Unlimited();
  }
  return Limit(config.memory_swap->bytes() - config.memory_limit->bytes());
}

MemoryLimits LimitsOf(const OciConfig& config) {
  const std::string* group = Unified(config, "memory.oom.group");
  return {
      .max = UnifiedLimit(config, "memory.max", config.memory_limit.value_or(Limit::Unlimited())),
      .high = UnifiedLimit(config, "memory.high", Limit::Unlimited()),
      .swap_max = UnifiedLimit(config, "memory.swap.max", SwapMax(config)),
      .oom_group = group != nullptr && *group == "1"};
}

ContainerFacts::PidsMax PidsOf(const OciConfig& config) {
  ContainerFacts::PidsMax pids;
  if (config.pids_limit && *config.pids_limit > 0) {
    pids.count = static_cast<std::uint64_t>(*config.pids_limit);
  }
  if (const std::string* text = Unified(config, "pids.max")) {
    pids.count = ParsePidsMax(*text).value_or(pids.count);
  }
  return pids;
}

/// The page size of each row of hugepageLimits and of each "hugetlb.<size>.max" of unified.
std::vector<HugetlbFacts> HugetlbOf(const OciConfig& config) {
  std::vector<HugetlbFacts> sizes;
  const auto set = [&sizes](Bytes size, Limit max) {
    const auto row = std::ranges::find(sizes, size, &HugetlbFacts::page_size);
    if (row != sizes.end()) {
      row->max = max;
    } else {
      sizes.push_back({.page_size = size, .max = max});
    }
  };
  for (const OciHugepageLimit& asked : config.hugepage_limits) {
    if (const auto size = ParseHugePageSize(asked.page_size)) set(*size, Limit(asked.limit));
  }
  for (const auto& [key, text] : config.unified) {
    const auto size = ParseHugePageSize(HugetlbSizeInFileName(key));
    const auto max = ParseLimit(text);
    if (size && max) set(*size, *max);
  }
  std::ranges::sort(sizes, {}, &HugetlbFacts::page_size);
  return sizes;
}

/// As tmpfs(5) takes it: no limit for 0, and for none at all it has its default. What is not
/// understood goes to `unread`.
std::optional<Limit> TmpfsSizeOf(const OciMount& mount, const HostFacts& host,
                                 ConfigFacts& unread) {
  constexpr std::size_t kMostBytes = 64;
  const SizeOption option = FindSizeOption(mount.options, host.memory_total);
  if (option.size) return option.size->value == 0 ? Limit::Unlimited() : Limit(*option.size);
  if (!option.text.empty()) {
    unread.unread_sizes[PlainPath(mount.destination)] = option.text.substr(0, kMostBytes);
  }
  return std::nullopt;
}

void SetShm(const OciConfig& config, ContainerFacts& facts) {
  if (!config.shm) return;
  const bool bind = IsBind(*config.shm);
  ShmFacts& shm = facts.shm.emplace();
  shm.type = bind ? "bind" : config.shm->type;
  shm.host_shared = bind && PlainPath(config.shm->source) == "/dev/shm";
  shm.bind_mounted = SharesShm(config, facts.id);
  if (shm.type == "tmpfs") shm.size = TmpfsSizeOf(*config.shm, facts.host, *facts.config);
}

void SetTmpfs(const OciConfig& config, ContainerFacts& facts) {
  for (const OciMount& mount : config.mounts) {
    const std::string destination = PlainPath(mount.destination);
    if (destination == "/dev/shm") continue;
    // A later mount on the same place lies on top, of whatever type it is.
    std::erase_if(facts.tmpfs,
                  [&](const TmpfsFacts& row) { return row.destination == destination; });
    facts.config->unread_sizes.erase(destination);
    if (mount.type != "tmpfs" || IsBind(mount)) continue;
    facts.tmpfs.push_back({.destination = destination,
                           .mount_point = "",
                           .device = 0,
                           .read_only = HasOption(mount.options, "ro"),
                           .size = TmpfsSizeOf(mount, facts.host, *facts.config)});
  }
}

/// "slice:prefix:name" for systemd, else a path.
std::string NameInCgroupsPath(std::string_view path) {
  return std::string(path.substr(path.find_last_of(":/") + 1));
}

EngineIdentity IdentifyByConfig(const OciConfig& config, const ContainerFacts& facts) {
  OciState state;
  state.id = facts.id;
  if (!facts.bundle_dir.empty()) state.bundle = facts.bundle_dir;
  state.annotations = config.annotations;
  return IdentifyEngine(state, &config, "", "");
}

}  // namespace

ContainerFacts FactsOfConfig(const OciConfig& config, const ConfigSubject& subject) {
  ContainerFacts facts;
  facts.source = FactsSource::kConfig;
  facts.config.emplace().asked_cgroup = AskedCgroup(config.cgroups_path);
  facts.id = subject.id.empty() ? NameInCgroupsPath(config.cgroups_path) : subject.id;
  facts.bundle_dir = subject.bundle_dir;
  facts.annotations = config.annotations;
  facts.engine = IdentifyByConfig(config, facts);
  facts.cgroup_version = subject.cgroup_version;
  facts.cgroup.limits = LimitsOf(config);
  facts.configured_limit = config.memory_limit;
  facts.memory_min = UnifiedLimit(config, "memory.min", Limit(Bytes{0}));
  facts.memory_low =
      UnifiedLimit(config, "memory.low", config.memory_reservation.value_or(Limit(Bytes{0})));
  facts.kmem_limit = config.kmem_limit;
  facts.oom_kill_disabled = config.disable_oom_killer;
  facts.pids = PidsOf(config);
  facts.hugetlb = HugetlbOf(config);
  facts.not_own_reason = "it does not run, only its config.json was read";
  facts.host = subject.host.value_or(HostFacts{});
  SetShm(config, facts);
  SetTmpfs(config, facts);
  facts.process = {.args = config.process.args,
                   .env = config.process.env,
                   .memlock = config.process.memlock,
                   .oom_score_adj = config.process.oom_score_adj};
  return facts;
}

}  // namespace headroom
