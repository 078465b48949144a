#include "cli/run/watcher.h"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ranges>
#include <utility>

#include "base/clock.h"
#include "cli/live_state.h"
#include "container/enrolment/registry_dir.h"
#include "container/supervision/supervisor_units.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kPatience = 15s;
constexpr std::chrono::nanoseconds kAskAgain = 500ms;
constexpr int kLookAgainMs = 20;
constexpr const char* kHeadroomdUnit = "headroomd-embedded.service";

SystemdOwner OwnerFor(const Environment& environment) {
  return environment.root ? SystemdOwner::kSystem : SystemdOwner::kUser;
}

/// The first `count`: the guardian, and headroomd. One of that name may run, or may be about to
/// end: then it is asked for again.
Status StartServices(const Environment& environment, std::size_t count) {
  const char* state = std::getenv("XDG_STATE_HOME");
  const SystemdOwner owner = OwnerFor(environment);
  const auto services = WatcherServices(owner, state == nullptr ? "" : state);
  for (const ServiceRequest& service : services | std::views::take(count)) {
    auto started = StartTransientService(owner, service);
    if (!started && started.error().code != ErrorCode::kExists) return started;
  }
  return {};
}

/// The recorder of a generation is there from its adoption on.
bool IsAdopted(const Environment& environment, const Enrolment& command) {
  const std::string dir = RegistryDir(environment.paths.run_dir).EntryOf(command).path;
  return access((dir + "/recorder").c_str(), F_OK) == 0;
}

/// False: somebody wants the command to end, or us.
bool Nap(const SignalGate& gate) {
  pollfd readable{.fd = gate.fd(), .events = POLLIN, .revents = 0};
  return poll(&readable, 1, kLookAgainMs) <= 0;
}

}  // namespace

WatchPlan PlanWatch(const WatchFacts& facts) {
  if (facts.choice == SupervisorChoice::kNone) return WatchPlan::kUnwanted;
  if (facts.alive) {
    // Somebody wanted the one that runs, and so its guardian.
    const bool unguarded = facts.unguarded && facts.choice != SupervisorChoice::kSystem;
    return unguarded && facts.systemd ? WatchPlan::kUnguarded : WatchPlan::kRunning;
  }
  if (facts.listening) return WatchPlan::kWoken;
  const bool wanted = facts.choice == SupervisorChoice::kEmbedded ||
                      (facts.choice == SupervisorChoice::kAuto && !facts.root);
  return wanted && facts.systemd ? WatchPlan::kStarted : WatchPlan::kMissing;
}

std::vector<ServiceRequest> WatcherServices(SystemdOwner owner, std::string_view state) {
  const bool of_system = owner == SystemdOwner::kSystem;
  const TransientUnits units = of_system ? TransientUnitsOfSystem() : TransientUnitsOfUser();
  const auto service = [](const TransientUnit& unit, const char* description,
                          std::vector<std::string> command) {
    return ServiceRequest{.unit = fmt::format("{}.service", unit.name),
                          .description = description,
                          .slice = unit.slice,
                          .command = std::move(command),
                          .properties = unit.properties};
  };
  const auto guardian =
      service(units.guardian, "Headroom: releases what headroomd holds when headroomd cannot",
              {"/usr/lib/headroom/headroom-guardian", "--until-alone"});
  auto headroomd = service(units.headroomd, "Headroom: watches what is enrolled, until nothing is",
                           {"/usr/bin/headroomd", "--until-idle"});
  if (!of_system && state.starts_with('/')) {
    headroomd.environment = {fmt::format("XDG_STATE_HOME={}", state)};
  }
  return {guardian, headroomd};
}

std::string UnwatchedText(WatchPlan plan, bool root, std::string_view name) {
  if (plan == WatchPlan::kUnwanted) return "";
  if (plan == WatchPlan::kUnguarded) {
    return fmt::format(
        "no headroom-guardian runs, so no tripwire stands in {}, and a kill will be told without "
        "the memory of its victim",
        name);
  }
  return fmt::format(
      "headroomd does not run, so {} is unprotected, and only the kernel's counters will tell of a "
      "kill: systemctl {}start headroomd",
      name, root ? "" : "--user ");
}

Status HaveItWatched(const Environment& environment, const SignalGate& gate, WatchPlan plan,
                     const Enrolment& command) {
  if (plan == WatchPlan::kUnguarded) return StartServices(environment, 1);
  if (plan != WatchPlan::kWoken && plan != WatchPlan::kStarted) return {};
  const BootTime deadline = NowBoot() + kPatience;
  BootTime ask_at = NowBoot();
  while (!IsAdopted(environment, command) && NowBoot() < deadline) {
    const bool to_start =
        plan == WatchPlan::kStarted && !SupervisorIsAlive(environment.paths.run_dir);
    if (to_start && NowBoot() >= ask_at) {
      if (auto started = StartServices(environment, 2); !started) return started;
      ask_at = NowBoot() + kAskAgain;
    }
    if (!Nap(gate)) return {};  // whoever is asked to end is not kept waiting
  }
  if (IsAdopted(environment, command) || SupervisorIsAlive(environment.paths.run_dir)) return {};
  const char* of_user = environment.root ? "" : "--user ";
  const char* unit = plan == WatchPlan::kStarted ? kHeadroomdUnit : "headroomd.service";
  return MakeError(
      ErrorCode::kTimedOut, unit,
      fmt::format("was started and does not run; see journalctl {}-u {}", of_user, unit));
}

}  // namespace headroom
