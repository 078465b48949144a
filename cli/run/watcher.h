#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/environment.h"
#include "cli/run/signal_gate.h"
#include "cli/systemd/transient_unit.h"
#include "container/enrolment/enrolment.h"
#include "policy/supervisor_choice.h"

namespace headroom {

/// Who watches a command.
enum class WatchPlan {
  kUnwanted,   ///< nobody: policy says so, and it is not enrolled
  kRunning,    ///< a headroomd that runs
  kUnguarded,  ///< one that runs and has lost its guardian, which we start
  kWoken,      ///< one that systemd starts as soon as its doorbell is rung
  kStarted,    ///< one that we start for want of it
  kMissing,    ///< nobody
};

struct WatchFacts {
  SupervisorChoice choice = SupervisorChoice::kAuto;  ///< of policy
  bool root = true;
  bool systemd = false;    ///< one can be asked to start something: the host's, or this user's
  bool alive = false;      ///< a headroomd holds the lock of the run directory
  bool unguarded = false;  ///< and has lost its guardian (container/supervision/guardian_socket.h)
  bool listening = false;  ///< somebody has the doorbell
};
/// As the hook has it (decision 028), but that an ordinary user's is started where nobody wants it
/// otherwise: nothing of theirs was stopped by an administrator (decision 033). Pure.
[[nodiscard]] WatchPlan PlanWatch(const WatchFacts& facts);

/// The guardian and headroomd, in this order, each ending by itself when it is not needed. `state`
/// is $XDG_STATE_HOME, which a user's systemd may have another one of; empty: not set. Pure.
[[nodiscard]] std::vector<ServiceRequest> WatcherServices(SystemdOwner owner,
                                                          std::string_view state);

/// What is said of a command that nobody watches, or only counts the kills of; empty where policy
/// wants it so. Pure.
[[nodiscard]] std::string UnwatchedText(WatchPlan plan, bool root, std::string_view name);

/// Has an enrolled command watched as planned: starts what is to be started, and waits where no
/// headroomd was there until the command was adopted, 15 s at most and no longer than until
/// somebody sends us a signal. kTimedOut: it does not run by then.
[[nodiscard]] Status HaveItWatched(const Environment& environment, const SignalGate& gate,
                                   WatchPlan plan, const Enrolment& command);

}  // namespace headroom
