#include "cli/doctor/own_parts.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/install/engines_here.h"
#include "cli/live_state.h"
#include "kernel/mount/mountinfo.h"
#include "kernel/proc/processes_named.h"
#include "policy/layers/load.h"

namespace headroom {
namespace {

/// The kernel cuts names off: TASK_COMM_LEN.
constexpr std::string_view kGuardianComm = "headroom-guardi";
/// Of a file system's hundred parts: below that bundles are removed to make room.
constexpr std::uint64_t kFullPercent = 95;

HostFinding LookAtSupervisor(const Environment& environment, bool systemd) {
  constexpr const char* kTopic = "headroomd";
  if (SupervisorIsAlive(environment.paths.run_dir)) {
    return {
        .topic = kTopic, .health = Health::kGood, .found = "runs", .consequence = {}, .cure = {}};
  }
  if (!environment.root) {
    return {.topic = kTopic,
            .health = Health::kUnknown,
            .found = "there is none of this user",
            .consequence = {},
            .cure = "Root's is seen by root: sudo headroom doctor"};
  }
  return {.topic = kTopic,
          .health = Health::kLack,
          .found = "does not run",
          .consequence = "no container is watched",
          .cure = systemd ? "systemctl enable --now headroomd" : "start /usr/bin/headroomd"};
}

HostFinding LookAtGuardian(const Environment& environment, bool systemd) {
  constexpr const char* kTopic = "headroom-guardian";
  if (!ProcessesNamed(environment.host, kGuardianComm).empty()) {
    return {
        .topic = kTopic, .health = Health::kGood, .found = "runs", .consequence = {}, .cure = {}};
  }
  return {.topic = kTopic,
          .health = environment.root ? Health::kLack : Health::kUnknown,
          .found = "does not run",
          .consequence = "no tripwire stands: a kill is told without the memory of its victim",
          .cure = systemd ? "systemctl enable --now headroom-guardian"
                          : "start /usr/lib/headroom/headroom-guardian"};
}

HostFinding LookAtPolicy(const Environment& environment) {
  constexpr const char* kTopic = "policy";
  const auto policy = LoadPolicyFiles(environment.paths.config_dir);
  if (!policy) {
    return {.topic = kTopic,
            .health = Health::kLack,
            .found = EscapedForPeople(policy.error().Message()),
            .consequence = "containers start by what it said before, or are only observed",
            .cure = "headroom policy lint"};
  }
  return {.topic = kTopic,
          .health = Health::kGood,
          .found = policy->source == LoadedPolicy::Source::kBuiltIn
                       ? fmt::format("the built-in one; {} has none", environment.paths.config_dir)
                       : environment.paths.config_dir,
          .consequence = {},
          .cure = {}};
}

HostFinding LookAtStore(const Environment& environment) {
  constexpr const char* kTopic = "bundle store";
  const std::string& dir = environment.paths.store_dir;
  const auto use = ReadFilesystemUse(dir);
  if (!use) {
    const bool absent = use.error().code == ErrorCode::kNotFound;
    return {.topic = kTopic,
            .health = absent ? Health::kNote : Health::kUnknown,
            .found = absent ? dir : EscapedForPeople(use.error().Message()),
            .consequence = absent ? "it is not there yet" : "",
            .cure = {}};
  }
  const Bytes free = use->size - use->used;
  const std::string found = fmt::format("{}, {} of its disk free", dir, ToText(free));
  if (use->size == Bytes{} || use->used.value / (use->size.value / 100 + 1) < kFullPercent) {
    return {
        .topic = kTopic, .health = Health::kGood, .found = found, .consequence = {}, .cure = {}};
  }
  return {.topic = kTopic,
          .health = Health::kNote,
          .found = found,
          .consequence = "old bundles are removed to make room",
          .cure = "headroom bundle prune --dry-run says which"};
}

void LookAtEngines(const Environment& environment, HostFindings& findings) {
  for (EngineHere& engine : EnginesHere(environment)) {
    // A device is for single containers: that there is none is as good as that there is one.
    if (engine.engine == "cdi" && engine.registered == false) continue;
    HostFinding finding{.topic = engine.engine,
                        .health = Health::kGood,
                        .found = {},
                        .consequence = {},
                        .cure = {}};
    if (!engine.registered) {
      const bool by_bundle = engine.engine == "runc" || engine.engine == "crun";
      finding.health = by_bundle ? Health::kNote : Health::kUnknown;
      finding.found = by_bundle ? "registered by bundle" : "whether it calls the hook is not known";
    } else {
      finding.health = *engine.registered ? Health::kGood : Health::kNote;
      finding.found = *engine.registered ? "calls the hook" : "does not call the hook";
      if (!*engine.registered)
        finding.consequence = "its containers are neither checked nor watched";
    }
    finding.cure = EscapedForPeople(engine.note);
    findings.push_back(std::move(finding));
  }
}

}  // namespace

HostFindings LookAtOwnParts(const Environment& environment, bool systemd) {
  HostFindings findings{LookAtSupervisor(environment, systemd),
                        LookAtGuardian(environment, systemd), LookAtPolicy(environment),
                        LookAtStore(environment)};
  LookAtEngines(environment, findings);
  return findings;
}

}  // namespace headroom
