#include "cli/install/needed_by.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "cli/install/dependents.h"
#include "cli/install/dockerd.h"
#include "cli/install/engines_here.h"
#include "cli/install/lxc_files.h"
#include "cli/install/verbs.h"
#include "container/engine/dockerd.h"
#include "container/oci/config_text.h"
#include "container/running/discover.h"
#include "fix/register/docker_daemon.h"
#include "fix/register/oci_hooks.h"

namespace headroom {
namespace {

using Needs = std::vector<NeededBy>;

void AddEngines(const Environment& environment, Needs& needs) {
  for (const EngineHere& engine : EnginesHere(environment)) {
    const bool by_bundle = engine.engine == "runc" || engine.engine == "crun";
    if (by_bundle || engine.registered == false) continue;
    needs.push_back(
        engine.registered
            ? NeededBy{.who = fmt::format("{}, registered in {}", engine.engine, engine.where),
                       .cure = fmt::format("headroom uninstall {}", engine.engine)}
            : NeededBy{.who = fmt::format("{}, perhaps: {}", engine.engine, engine.note),
                       .cure = "see to that first"});
  }
  for (const std::string& name : LxcContainersWithHooks(environment.engines)) {
    needs.push_back({.who = fmt::format("the container {} of LXC", name),
                     .cure = fmt::format("headroom uninstall lxc {}", name)});
  }
}

void AddDocker(const Environment& environment, Needs& needs) {
  const DockerPlaces places{.config = environment.engines.docker_config,
                            .root = environment.engines.docker_root};
  const auto found = ContainersOfRuntime(DockerDataRoot(environment.host, places), kDockerRuntime);
  if (!found) {
    needs.push_back(
        {.who = "docker, perhaps: " + found.error().Message(), .cure = "see to that first"});
    return;
  }
  for (const DockerContainer& container : *found) {
    const std::string name = container.name.empty() ? container.id : container.name;
    needs.push_back(
        {.who = fmt::format("the container {} of docker, of the runtime {}", name, kDockerRuntime),
         .cure = fmt::format("docker rm --force {}, and make it anew", name)});
  }
}

void AddContainerd(const Environment& environment, Needs& needs) {
  const auto tasks = TasksOfHeadroom(environment.engines);
  if (!tasks) {
    needs.push_back(
        {.who = "containerd, perhaps: " + tasks.error().Message(), .cure = "see to that first"});
    return;
  }
  for (const std::string& pod : tasks->pods) {
    needs.push_back({.who = fmt::format("the pod {} of containerd", pod), .cure = "delete it"});
  }
  for (const std::string& task : tasks->others) {
    needs.push_back({.who = fmt::format("the container {} of containerd", task),
                     .cure = "delete it: its runtime is headroom-runtime"});
  }
}

/// A hook at poststop is called when it ends, also behind the end of its registration.
bool HasOurHook(const std::string& bundle_dir, const std::string& program) {
  const std::string path = bundle_dir + "/config.json";
  const auto text = ReadConfigText(path);
  auto config = text ? JsonText::Parse(*text, path) : std::unexpected(text.error());
  return config && RemoveOciHooks(*config, program, nullptr).value_or(false);
}

void AddRunning(const Environment& environment, Needs& needs) {
  for (const RunningContainer& container :
       DiscoverRunning(environment.host, environment.runtime_dir)) {
    if (container.bundle_dir.empty()) continue;
    if (!HasOurHook(container.bundle_dir, environment.engines.hook)) continue;
    needs.push_back({.who = fmt::format("the container {} of {}, which runs with our hooks",
                                        container.id, container.runtime),
                     .cure = "stop it"});
  }
}

}  // namespace

std::vector<NeededBy> WhatNeedsHeadroom(const Environment& environment) {
  Needs needs;
  AddEngines(environment, needs);
  AddDocker(environment, needs);
  AddContainerd(environment, needs);
  AddRunning(environment, needs);
  return needs;
}

int TellWhatNeedsHeadroom(const Environment& environment) {
  const Needs needs = WhatNeedsHeadroom(environment);
  if (needs.empty()) {
    environment.out << "headroom: nothing that is known here calls Headroom's programs; they can "
                       "be removed"
                    << HintOfRoot(environment) << '\n';
    return CliStatus::kDone;
  }
  environment.err << "headroom: Headroom's programs are needed still, and without them these would "
                     "fail:\n";
  for (const NeededBy& need : needs) {
    environment.err << fmt::format("  {}: {}\n", EscapedForPeople(need.who),
                                   EscapedForPeople(need.cure));
  }
  return CliStatus::kIncomplete;
}

}  // namespace headroom
