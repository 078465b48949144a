#include "cli/watch/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/enrol/enrol_target.h"
#include "cli/enrol/tell_outcomes.h"
#include "container/facts/service_facts.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "policy/layers/load.h"

namespace headroom {
namespace {

/// Whoever watches would be held by what it does.
constexpr std::array<std::string_view, 2> kOurs = {"headroomd.service",
                                                   "headroom-guardian.service"};
constexpr int kMaxLevels = 8;

/// The process that has been in the cgroup, or below it, for longest; nullopt: there is none.
std::optional<ProcessId> OldestIn(const HostView& host, const std::string& path, int level = 0) {
  const auto cgroup = CgroupDir::Open(host, path);
  if (!cgroup) return std::nullopt;
  const auto text = cgroup->Read("cgroup.procs");
  const auto pids = text ? ParseCgroupProcs(*text) : std::unexpected(text.error());
  std::optional<ProcessId> oldest;
  const auto consider = [&](const ProcessId& id) {
    if (!oldest || id.start_ticks < oldest->start_ticks) oldest = id;
  };
  for (const int pid : pids.value_or(std::vector<int>{})) {
    if (const auto stat = ReadProcessStat(host, pid)) consider(stat->id);
  }
  if (level >= kMaxLevels) return oldest;
  for (const std::string& name : cgroup->Children(CgroupDir::kAll).value_or(SomeNames{}).names) {
    if (const auto below = OldestIn(host, fmt::format("{}/{}", path, name), level + 1))
      consider(*below);
  }
  return oldest;
}

std::optional<ProcessId> MainOf(const HostView& host, const UnitState& state) {
  if (!state.main) return OldestIn(host, state.control_group);
  const auto stat = ReadProcessStat(host, *state.main);
  return stat ? std::optional(stat->id) : std::nullopt;
}

/// What will become of the unit when one of its processes is killed, as systemd.service(5) has it.
void TellOomPolicy(const Environment& environment, const std::string& policy) {
  const char* meaning = nullptr;
  if (policy == "stop") meaning = "systemd ends all of it when one of its processes is killed";
  if (policy == "kill") meaning = "the kernel kills all of it together";
  if (policy == "continue") meaning = "the rest of it goes on when one of its processes is killed";
  if (meaning != nullptr) environment.out << fmt::format("  OOMPolicy={}: {}\n", policy, meaning);
}

int Watch(const Environment& environment, const WatchOptions& options,
          const RunningService& service, const std::string& oom_policy) {
  const LoadedPolicy policy =
      LoadPolicyOrObserve(environment.paths.config_dir, environment.paths.run_dir);
  Enrolment known;
  known.id = service.unit;
  known.name = service.unit;
  known.engine = kUnitEngine;
  known.oom_policy = oom_policy;
  const EnrolOutcome outcome =
      EnrolNow(environment, policy.layer,
               {.known = std::move(known),
                .facts =
                    [&] {
                      return CollectServiceFacts({.host = environment.host,
                                                  .self = environment.self,
                                                  .uid = environment.uid,
                                                  .run_dir = environment.paths.run_dir},
                                                 service);
                    },
                .why_not =
                    [](const ContainerFacts& facts) {
                      return facts.cgroup.path.empty() ? facts.not_own_reason : std::string();
                    }});
  if (options.json) {
    PrintOutcomesJson(environment, {outcome});
  } else {
    PrintOutcome(environment, outcome);
    TellOomPolicy(environment, oom_policy);
  }
  TellSurroundings(environment, policy);
  const bool done =
      outcome.kind == EnrolOutcome::Kind::kEnrolled || outcome.kind == EnrolOutcome::Kind::kAlready;
  return done ? CliStatus::kDone : CliStatus::kIncomplete;
}

}  // namespace

int WatchUnit(const Environment& environment, const WatchOptions& options) {
  const auto unit = UnitNameOf(options.unit);
  if (!unit) return Fail(environment, CliStatus::kUsage, "watch: " + unit.error().Message());
  if (!environment.root) {
    return Fail(environment, CliStatus::kIncomplete,
                "watch registers units with root's headroomd, which only root may: try again with "
                "sudo");
  }
  if (std::ranges::find(kOurs, *unit) != kOurs.end()) {
    return Fail(environment, CliStatus::kIncomplete,
                fmt::format("watch: {} is Headroom itself, which cannot hold itself", *unit));
  }
  if (!environment.ask_systemd) {
    return Fail(environment, CliStatus::kIncomplete, "watch: no systemd can be asked here");
  }
  const auto state = environment.ask_systemd(*unit);
  if (!state) {
    return Fail(environment, CliStatus::kIncomplete,
                "watch: " + EscapedForPeople(state.error().Message()));
  }
  if (!state->loaded) {
    return Fail(environment, CliStatus::kNotFound,
                fmt::format("watch: systemd knows no unit {}", *unit));
  }
  const auto main = state->control_group.empty() ? std::nullopt : MainOf(environment.host, *state);
  if (!main) {
    return Fail(environment, CliStatus::kIncomplete,
                fmt::format("watch: {} is {} and has no process; watch it when it runs", *unit,
                            EscapedForPeople(state->active_state)));
  }
  return Watch(environment, options, {.unit = *unit, .main = *main, .cgroup = state->control_group},
               state->oom_policy);
}

}  // namespace headroom
