#include "cli/run/run.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "cli/judged.h"
#include "cli/live_state.h"
#include "cli/run/arguments.h"
#include "cli/run/exit_status.h"
#include "cli/run/held_child.h"
#include "cli/run/kill_counters.h"
#include "cli/run/own_cgroup.h"
#include "cli/run/place.h"
#include "cli/run/scope.h"
#include "cli/run/signal_gate.h"
#include "cli/run/tell_end.h"
#include "cli/run/watcher.h"
#include "cli/systemd/bus.h"
#include "container/enrolment/enrol.h"
#include "container/facts/command_facts.h"
#include "container/facts/facts.h"
#include "container/supervision/guardian_socket.h"
#include "evidence/denial.h"
#include "fix/admit.h"
#include "fix/finding_record.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "policy/apply.h"
#include "policy/deny_line.h"
#include "policy/layers/load.h"

namespace headroom {
namespace {

RunPlace PlaceOf(const Environment& environment) {
  const auto& dir = environment.user_runtime_dir;
  return {.root = environment.root,
          .uid = environment.uid,
          .version = DetectCgroupVersion(environment.host),
          .systemd = HostRunsSystemd(),
          .runtime_dir = dir,
          .user_systemd = dir && access(SocketOfUserSystemd(*dir).c_str(), F_OK) == 0};
}

SystemdOwner OwnerFor(const Environment& environment) {
  return environment.root ? SystemdOwner::kSystem : SystemdOwner::kUser;
}

/// Whether this user's systemd may limit memory, which it would else promise and not do.
std::string WhyNoLimit(const Environment& environment) {
  if (environment.root) return "";
  const auto manager = CgroupOfSystemd(SystemdOwner::kUser);
  return manager ? WhyNotDelegated(environment.host, *manager)
                 : EscapedForPeople(manager.error().Message());
}

std::vector<std::string> OwnEnvironment() {
  std::vector<std::string> values;
  for (char** value = environ; value != nullptr && *value != nullptr; ++value) {
    values.emplace_back(*value);
  }
  return values;
}

std::vector<std::string> PlacesOf(const std::string& program) {
  const char* path = std::getenv("PATH");
  return PlacesOfProgram(program,
                         path == nullptr ? std::nullopt : std::optional<std::string_view>(path));
}

/// One that the user names has to be right; that of the machine must not keep a command from
/// running.
Result<LoadedPolicy> LoadPolicyOf(const Environment& environment, const std::string& where) {
  if (!where.empty()) return PolicyAt(environment, where);
  return LoadPolicyOrObserve(environment.paths.config_dir, environment.paths.run_dir);
}

std::optional<OwnShm> ShmFor(const Environment& environment, const RunOptions& options) {
  if (!options.shm) return std::nullopt;
  return OwnShm(*options.shm, environment.uid, getgid());
}

/// One command from its process that waits to what is said at its end.
class Run {
 public:
  Run(const Environment& environment, const RunOptions& options, SignalGate gate, HeldChild child)
      : environment_(environment),
        options_(options),
        gate_(std::move(gate)),
        child_(std::move(child)),
        name_(options.name.empty() ? NameOfCommand(options.command.front(), child_.pid())
                                   : options.name) {}

  int Go();

 private:
  int FailOurselves(const Error& error) const;
  [[nodiscard]] Result<Admission> AdmitCommand() const;
  int Deny(const Admission& admission) const;
  [[nodiscard]] WatchPlan Plan(SupervisorChoice choice, bool alive) const;
  [[nodiscard]] WatchPlan PlanOnceEnrolled(WatchPlan plan, SupervisorChoice choice) const;
  void Register(const Admission& admission);
  void SayUnwatched(WatchPlan plan) const;
  void SayVerbosely(const Admission& admission) const;
  int RunToItsEnd(const Enrolment& command);
  [[nodiscard]] int Await(KillCounters& counters) const;
  [[nodiscard]] bool TakeSignals(KillCounters& counters) const;

  const Environment& environment_;
  const RunOptions& options_;
  SignalGate gate_;
  std::optional<OwnCgroup> cgroup_;  ///< before the child, which has to be out of it first
  HeldChild child_;
  std::string name_;
  bool supervised_ = false;
};

int Run::FailOurselves(const Error& error) const {
  return Fail(environment_, RunStatus::kOwnFailure,
              fmt::format("run: {}", EscapedForPeople(error.Message())));
}

Result<Admission> Run::AdmitCommand() const {
  const auto policy = LoadPolicyOf(environment_, options_.policy);
  if (!policy) return std::unexpected(policy.error());
  for (const std::string& warning : policy->warnings) {
    environment_.err << "headroom: " << warning << '\n';
  }
  auto facts = CollectCommandFacts({.host = environment_.host,
                                    .self = environment_.self,
                                    .uid = environment_.uid,
                                    .run_dir = environment_.paths.run_dir},
                                   {.name = name_,
                                    .pid = child_.pid(),
                                    .args = options_.command,
                                    .env = OwnEnvironment(),
                                    .own_shm = options_.shm.has_value()});
  if (!facts) return std::unexpected(facts.error());
  // One that is about to be started listens as soon as it is needed, and no rule has to ask for it.
  const SupervisorChoice choice = ApplyPolicy(policy->layer, *facts).policy.supervisor;
  const bool alive = SupervisorIsAlive(environment_.paths.run_dir);
  facts->supervisor_listening =
      facts->supervisor_listening || Plan(choice, alive) == WatchPlan::kStarted;
  return Admit(policy->layer, {.host = environment_.host, .self = environment_.self}, *facts, {});
}

int Run::Deny(const Admission& admission) const {
  environment_.err << DenyLine(*admission.denial) << '\n';
  const auto kept = PublishDenial(environment_.paths.store_dir, admission.record);
  if (kept) return RunStatus::kOwnFailure;
  return Fail(
      environment_, RunStatus::kOwnFailure,
      fmt::format("the decision could not be kept: {}", EscapedForPeople(kept.error().Message())));
}

WatchPlan Run::Plan(SupervisorChoice choice, bool alive) const {
  return PlanWatch({.choice = choice,
                    .root = environment_.root,
                    .systemd = HostRunsSystemd(),
                    .alive = alive,
                    .unguarded = HasLostItsGuardian(environment_.host, environment_.paths.run_dir),
                    .listening = DoorbellHasListener(environment_.paths.run_dir)});
}

/// One that ends as nothing was left closes its doorbell before it looks for the last time, and has
/// its lock for a moment longer: where nobody listens behind the enrolment, it may not have seen
/// it.
WatchPlan Run::PlanOnceEnrolled(WatchPlan plan, SupervisorChoice choice) const {
  const bool runs = plan == WatchPlan::kRunning || plan == WatchPlan::kUnguarded;
  const bool ends = runs && !DoorbellHasListener(environment_.paths.run_dir);
  const WatchPlan now = ends ? Plan(choice, /*alive=*/false) : plan;
  if (ends && now == WatchPlan::kMissing) SayUnwatched(now);
  return now;
}

void Run::SayUnwatched(WatchPlan plan) const {
  const std::string text = UnwatchedText(plan, environment_.root, name_);
  if (!text.empty()) environment_.err << "headroom: " << text << '\n';
}

/// As for a container: what keeps it from being watched does not keep it from running. Enrolled
/// even where nobody runs yet: whoever comes later finds it.
void Run::Register(const Admission& admission) {
  WatchPlan plan = Plan(admission.supervisor, SupervisorIsAlive(environment_.paths.run_dir));
  if (plan == WatchPlan::kUnwanted) return;
  if (plan == WatchPlan::kMissing) SayUnwatched(plan);
  if (const auto enrolled = Enrol(environment_.paths, admission.record); !enrolled) {
    environment_.err << fmt::format("headroom: {} is unwatched: it could not be enrolled: {}\n",
                                    name_, EscapedForPeople(enrolled.error().Message()));
    return;
  }
  plan = PlanOnceEnrolled(plan, admission.supervisor);
  const auto watched = HaveItWatched(environment_, gate_, plan, admission.record);
  if (!watched) {
    environment_.err << fmt::format("headroom: no {} could be started: {}\n",
                                    plan == WatchPlan::kUnguarded ? "guardian" : "supervisor",
                                    EscapedForPeople(watched.error().Message()));
    SayUnwatched(plan);
  }
  supervised_ = plan == WatchPlan::kUnguarded || (plan != WatchPlan::kMissing && watched);
}

void Run::SayVerbosely(const Admission& admission) const {
  if (!options_.verbose) return;
  environment_.err << fmt::format("headroom: {} is process {} in cgroup {}\n", name_, child_.pid(),
                                  EscapedForPeople(admission.record.cgroup.path));
  for (const FindingRecord& finding : admission.record.findings) {
    environment_.err << fmt::format("headroom: warning: {}\n",
                                    EscapedForPeople(FindingText(finding)));
  }
}

/// Passes on what is for the command. Whether it has ended.
bool Run::TakeSignals(KillCounters& counters) const {
  bool ended = false;
  while (const auto signal = gate_.Next()) {
    PassOn(*signal, child_.pid());
    if (signal->ssi_signo != SIGCHLD) continue;
    // At once: systemd removes an empty cgroup within milliseconds.
    counters.Read();
    siginfo_t info{};
    ended =
        waitid(P_PID, static_cast<id_t>(child_.pid()), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid == child_.pid();
    if (ended) break;
  }
  return ended;
}

/// Its wait status.
int Run::Await(KillCounters& counters) const {
  bool ended = false;
  while (!ended) {
    std::array<pollfd, 2> sources{pollfd{.fd = gate_.fd(), .events = POLLIN, .revents = 0},
                                  pollfd{.fd = counters.fd(), .events = POLLPRI, .revents = 0}};
    if (poll(sources.data(), sources.size(), -1) < 0) continue;  // EINTR
    if (sources[1].revents != 0) counters.Read();
    if (sources[0].revents != 0) ended = TakeSignals(counters);
  }
  int status = 0;
  while (waitpid(child_.pid(), &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

int Run::RunToItsEnd(const Enrolment& command) {
  KillCounters counters = KillCounters::Open(environment_.host, command);
  if (const int failed = child_.Release(); failed != 0) {
    return Fail(environment_, ExitStatusOfExec(failed),
                fmt::format("run: {}: {}", EscapedForPeople(options_.command.front()),
                            failed == ENOENT ? "no such program was found"
                                             : std::generic_category().message(failed)));
  }
  const int status = Await(counters);
  TellEnd(environment_, gate_,
          {.command = command,
           .counted = counters.counted(),
           .killed = WasKilled(status),
           .supervised = supervised_});
  return ExitStatusOfWait(status);
}

int Run::Go() {
  auto cgroup = OwnCgroup::Make(environment_.host, {.name = name_,
                                                    .pid = child_.pid(),
                                                    .memory = *options_.memory,
                                                    .systemd = OwnerFor(environment_)});
  if (!cgroup) return FailOurselves(cgroup.error());
  cgroup_.emplace(*std::move(cgroup));
  const auto admission = AdmitCommand();
  if (!admission) return FailOurselves(admission.error());
  if (admission->denial) return Deny(*admission);
  SayVerbosely(*admission);
  Register(*admission);
  return RunToItsEnd(admission->record);
}

}  // namespace

int RunCommand(const Environment& environment, const RunOptions& options) {
  std::string why = WhyNotHere(PlaceOf(environment));
  if (why.empty()) why = WhyNoLimit(environment);
  if (!why.empty()) return Fail(environment, RunStatus::kOwnFailure, "run: " + why);
  const auto fail = [&](const Error& error) {
    return Fail(environment, RunStatus::kOwnFailure,
                fmt::format("run: {}", EscapedForPeople(error.Message())));
  };
  auto gate = SignalGate::Close();
  if (!gate) return fail(gate.error());
  auto child = HeldChild::Start({.args = options.command,
                                 .places = PlacesOf(options.command.front()),
                                 .shm = ShmFor(environment, options)},
                                *gate);
  if (!child) return fail(child.error());
  return Run(environment, options, *std::move(gate), *std::move(child)).Go();
}

}  // namespace headroom
