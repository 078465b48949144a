#include "policy/advice/process_advice.h"
#include "policy/rule.h"

namespace headroom {
namespace {

/// What the runtimes do with the key where there is no memory.oom_control to write.
constexpr const char* kOnV2 =
    "disableOOMKiller is true, which has no effect on cgroup v2 (crun refuses to start with it)";

Judgement Evaluate(const RuleInput& input) {
  const auto disabled = input.facts.oom_kill_disabled;
  switch (input.facts.cgroup_version) {
    case CgroupVersion::kMissing:
      return NotJudged{"this kernel offers no memory controller"};
    case CgroupVersion::kV2:
      // Nothing can disable it there, whatever config.json says or whether it could be read.
      if (disabled.value_or(false)) return NotJudged{kOnV2};
      return Satisfied{};
    case CgroupVersion::kV1:
      break;
  }
  if (!disabled) return NotJudged{"no config.json could be read"};
  if (!*disabled) return Satisfied{};
  Violation violation;
  violation.fact =
      "disableOOMKiller is true: at its memory limit the container is not killed, it hangs";
  violation.advice = EnableOomKillerAdvice(input.facts.engine);
  if (input.facts.source == FactsSource::kConfig) {
    violation.fixes = {EnableOomKiller{}};
  } else {
    violation.no_fix_reason = "it is changed in config.json, before the runtime reads that";
  }
  return violation;
}

}  // namespace

extern constinit const Rule kOomKillDisabled{
    .id = "oom-kill-disabled",
    .summary = "The OOM killer works for the container, so that it does not hang at its limit.",
    .parameters = {},
    .evaluate = Evaluate,
};

}  // namespace headroom
