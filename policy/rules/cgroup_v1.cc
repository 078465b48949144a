#include <fmt/format.h>

#include "policy/rule.h"

namespace headroom {
namespace {

/// Until Linux 5.15 an allocation of the kernel's beyond it fails; from 5.16 on the limit cannot be
/// set, and later kernels take the number and ignore it (mm/memcontrol.c, _KMEM).
std::string KernelMemory(const ContainerFacts& facts) {
  if (!facts.kmem_limit || facts.kmem_limit->unlimited()) return {};
  return fmt::format(
      "; its kernel memory is limited to {}: before Linux 5.16 system calls beyond that fail with "
      "ENOMEM, and later kernels ignore the limit",
      ToText(*facts.kmem_limit));
}

Violation OnV1(const ContainerFacts& facts) {
  const std::string kernel_memory = KernelMemory(facts);
  Violation violation;
  violation.fact = fmt::format(
      "the memory controller is on cgroup v1: no memory.high, so no tripwire; no memory.oom.group, "
      "memory.min or memory.low; no memory.pressure; and writers are not held back before their "
      "dirty pages fill the limit{}",
      kernel_memory);
  violation.advice =
      "boot the host with systemd.unified_cgroup_hierarchy=1 on its kernel's "
      "command line";
  if (!kernel_memory.empty()) {
    violation.advice += ", and leave linux.resources.memory.kernel (--kernel-memory) out";
  }
  violation.no_fix_reason = "the hierarchy is chosen when the host boots";
  return violation;
}

Violation WithoutController() {
  return Violation{
      .fact = "this kernel offers no memory controller, so no memory limit holds",
      .advice =
          "boot the host with cgroup_enable=memory on its kernel's command line, and without "
          "cgroup_disable=memory",
      .fixes = {},
      .no_fix_reason = "the controllers are chosen when the host boots"};
}

Judgement Evaluate(const RuleInput& input) {
  switch (input.facts.cgroup_version) {
    case CgroupVersion::kV1:
      return OnV1(input.facts);
    case CgroupVersion::kMissing:
      return WithoutController();
    case CgroupVersion::kV2:
      break;
  }
  return Satisfied{};
}

}  // namespace

extern constinit const Rule kCgroupV1{
    .id = "cgroup-v1",
    .summary = "The host's memory controller is on cgroup v2.",
    .parameters = {},
    .evaluate = Evaluate,
};

}  // namespace headroom
