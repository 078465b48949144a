#include "cli/disarm.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <optional>

#include "base/file.h"
#include "base/text.h"
#include "cli/live_state.h"
#include "container/enrolment/registry_dir.h"
#include "container/marks/armed_marks.h"
#include "container/marks/frozen_marks.h"
#include "container/supervision/lock_holder.h"
#include "kernel/cgroup/cgroup_dir.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

/// What became of the wires of one enrolment.
struct Tally {
  std::size_t lifted = 0;
  bool failed = false;
};

void TellLifted(const Environment& environment, const std::string& path, Bytes high, Tally& tally) {
  environment.out << fmt::format("{}: memory.high was {} ({}), now max\n", EscapedForPeople(path),
                                 ToCgroupText(Limit(high)), ToText(high));
  ++tally.lifted;
}

void LiftOne(const Environment& environment, const Enrolment& container, const CgroupDir& cgroup,
             Tally& tally) {
  const auto limits = ReadMemoryLimits(cgroup);
  if (!limits) return;  // removed meanwhile
  const bool own = cgroup.inode() == container.cgroup.inode;
  if (own ? !IsOurs(*limits, container) : !IsTripwire(*limits)) return;
  if (const auto written = cgroup.Write("memory.high", "max"); !written) {
    (void)Fail(environment, CliStatus::kIncomplete, EscapedForPeople(written.error().Message()));
    tally.failed = true;
    return;
  }
  TellLifted(environment, cgroup.path(), limits->high->bytes(), tally);
}

/// The cgroup and those below it: each with a limit of its own may have a wire of its own.
void LiftBelow(const Environment& environment, const Enrolment& container, const CgroupDir& cgroup,
               int depth, Tally& tally) {
  constexpr int kDeepest = 8;
  LiftOne(environment, container, cgroup, tally);
  const auto children = cgroup.Children(CgroupDir::kAll);
  if (!children || depth >= kDeepest) return;
  for (const std::string& name : children->names) {
    const auto child = CgroupDir::Open(environment.host, cgroup.path() + "/" + name);
    if (child) LiftBelow(environment, container, *child, depth + 1, tally);
  }
}

void Lift(const Environment& environment, const Enrolment& container, Tally& tally) {
  if (container.cgroup.path.empty()) return;
  const auto cgroup = CgroupDir::Open(environment.host, container.cgroup.path);
  if (!cgroup && cgroup.error().code == ErrorCode::kDenied) {
    (void)Fail(environment, CliStatus::kIncomplete, EscapedForPeople(cgroup.error().Message()));
    tally.failed = true;
  }
  if (!cgroup || cgroup->inode() != container.cgroup.inode) return;
  LiftBelow(environment, container, *cgroup, 0, tally);
}

void TellErrors(const Environment& environment, const std::vector<Error>& errors, Tally& tally) {
  for (const Error& error : errors) {
    (void)Fail(environment, CliStatus::kIncomplete, EscapedForPeople(error.Message()));
    tally.failed = true;
  }
}

/// What headroomd has marked before it did it: lifted whatever the limit there is by now.
void UndoMarked(const Environment& environment, Tally& tally) {
  const auto thawed = FrozenMarks(environment.paths.run_dir).ThawAll(environment.host);
  for (const std::string& path : thawed.paths) {
    environment.out << fmt::format("{}: was frozen, now thawed\n", EscapedForPeople(path));
  }
  TellErrors(environment, thawed.errors, tally);
  const auto lifted = ArmedMarks(environment.paths.run_dir).LiftAll(environment.host);
  for (const auto& wire : lifted.wires) TellLifted(environment, wire.path, wire.high, tally);
  TellErrors(environment, lifted.errors, tally);
}

/// Ends the headroomd that runs, which a default policy has started under another name than that of
/// the installed unit.
std::string CommandToStopSupervisor(const Environment& environment) {
  const auto lock = OpenAt(AT_FDCWD, environment.paths.run_dir + "/headroomd.lock",
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const auto holder = lock ? HolderThatGivesWay(environment.host, lock->get()) : std::nullopt;
  if (holder) return CommandToStop(environment.host, *holder, !environment.root);
  return fmt::format("systemctl {}stop headroomd", environment.root ? "" : "--user ");
}

}  // namespace

int Disarm(const Environment& environment) {
  // First what is known for certain: what follows reads every enrolment.
  Tally tally;
  UndoMarked(environment, tally);
  const RegistryDir registry(environment.paths.run_dir);
  const auto entries = registry.List();
  if (!entries) return FailToRead(environment, entries.error());
  int status = CliStatus::kDone;
  for (const RegistryDir::Entry& entry : *entries) {
    const auto enrolment = registry.Read(entry);
    if (!enrolment && enrolment.error().code == ErrorCode::kNotFound) continue;  // just removed
    if (!enrolment) {
      status = FailToRead(environment, enrolment.error());
      continue;
    }
    Lift(environment, *enrolment, tally);
  }
  if (tally.failed) status = CliStatus::kIncomplete;
  environment.out << fmt::format("{} tripwires lifted, {} containers enrolled{}\n", tally.lifted,
                                 entries->size(), HintOfRoot(environment));
  if (SupervisorIsAlive(environment.paths.run_dir)) {
    environment.out << fmt::format(
        "headroomd is running and will arm again; {} first to keep them disarmed\n",
        CommandToStopSupervisor(environment));
  }
  return status;
}

}  // namespace headroom
