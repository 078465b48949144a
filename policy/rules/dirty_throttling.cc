#include <fmt/format.h>

#include <array>

#include "policy/measures/dirty_thresholds.h"
#include "policy/measures/limit_facts.h"
#include "policy/rule.h"

namespace headroom {
namespace {

constexpr std::array<ParameterSpec, 1> kParameters = {{
    {.name = "max_share",
     .kind = ParameterSpec::Kind::kShare,
     .fallback = 1.0,
     .summary = "where nothing but the host's thresholds holds a writer back, the part of the "
                "memory limit that the host's background threshold has to be below"},
}};

/// Why only the host's thresholds count; empty where the kernel holds each cgroup's writers back
/// at a share of what is available below its own limit (inode_cgwb_enabled, mem_cgroup_wb_domain).
/// That takes both controllers on cgroup v2, not an io controller enabled for this very cgroup: a
/// writer without one below a limit of 64 MiB was seen to stop at 10 MiB of dirty pages all the
/// same, and at all 64 MiB on cgroup v1.
std::string WhyOnlyTheHosts(const ContainerFacts& facts) {
  if (facts.cgroup_version == CgroupVersion::kV1) return "the memory controller is on cgroup v1";
  return facts.io_controller.value_or(true) ? "" : "the io controller is not on cgroup v2";
}

/// The sysctls with which writers are stopped at half of what may be dirty, or the lasting cure.
std::string Advice(CgroupVersion version, Bytes largest) {
  return fmt::format(
      "sysctl vm.dirty_background_bytes={} vm.dirty_bytes={} on the host, or boot it {}",
      PagesOf(largest, 0.25).value, PagesOf(largest, 0.5).value,
      version == CgroupVersion::kV1
          ? "with systemd.unified_cgroup_hierarchy=1 on its kernel's command line"
          : "with the io controller on cgroup v2, without cgroup_disable=io");
}

std::string Fact(const std::string& why, const BackgroundThreshold& background, Bytes limit,
                 Bytes largest) {
  return fmt::format(
      "{}, so dirty pages are only written back from {}{} on, counted on the whole host; the "
      "memory "
      "limit is {}, which a writer fills with them and then stalls or is killed; policy accepts "
      "less than {}",
      why, background.by_ratio ? "about " : "", ToText(background.value), ToText(limit),
      ToText(largest));
}

Judgement Evaluate(const RuleInput& input) {
  const ContainerFacts& facts = input.facts;
  if (facts.cgroup_version == CgroupVersion::kMissing) {
    return NotJudged{"this kernel offers no memory controller"};
  }
  if (facts.cgroup_version == CgroupVersion::kV2 && !facts.io_controller) {
    return NotJudged{"whether the io controller is on cgroup v2 is not known"};
  }
  const std::string why = WhyOnlyTheHosts(facts);
  if (why.empty()) return Satisfied{};
  const auto limit = BytesInForce(facts);
  if (!limit) return NotJudged{"there is no memory limit that dirty pages could fill"};
  const auto background = HostBackgroundThreshold(facts.host);
  if (!background) return NotJudged{"the host's vm.dirty_* are not known"};
  const double share = input.parameters.Share("max_share").value_or(1.0);
  const Bytes largest = PagesOf(*limit, share);
  if (background->value < largest) return Satisfied{};
  return Violation{.fact = Fact(why, *background, *limit, largest),
                   .advice = Advice(facts.cgroup_version, largest),
                   .fixes = {},
                   .no_fix_reason = "the sysctls are the host's, and every writer's on it"};
}

}  // namespace

extern constinit const Rule kDirtyThrottling{
    .id = "dirty-throttling",
    .summary = "Dirty pages are written back before they can fill the container's memory limit.",
    .parameters = kParameters,
    .evaluate = Evaluate,
};

}  // namespace headroom
