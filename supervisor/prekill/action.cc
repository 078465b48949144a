#include "supervisor/prekill/action.h"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "evidence/pre_kill_files.h"
#include "policy/layers/match.h"
#include "supervisor/prekill/run_command.h"

namespace headroom {
namespace {

using Outcome = PreKillResult::Outcome;

PreKillResult NotRun(std::string why) {
  PreKillResult result{.began = NowBoot()};
  result.reason = std::move(why);
  return result;
}

/// Why that process is not to be touched; empty: it is the container's, and `pidfd` is its own.
std::string WhyNotProcess(const HostView& host, const Enrolment& container,
                          const ProcessId& process) {
  const auto stat = ReadProcessStat(host, process.pid);
  if (!stat || stat->id != process) return "the process that was meant has ended";
  const auto cgroup = ReadProcessCgroup(host, process.pid);
  if (!cgroup || !cgroup->v2 || !container.own_cgroup ||
      !IsAtOrBelow(container.cgroup.path, *cgroup->v2)) {
    return "the process that was meant is not in the container's own cgroup";
  }
  return {};
}

PreKillResult Send(int pidfd, const PreKill& action) {
  PreKillResult result{.began = NowBoot()};
  result.signal = action.signal;
  const int number = PreKillSignal(action.signal).value_or(0);
  if (syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) == 0) {
    result.outcome = Outcome::kSent;
  } else {
    result.reason = fmt::format("the signal cannot be sent: {}", std::strerror(errno));
  }
  return result;
}

PreKillWords WordsFor(const HostView& host, const StatePaths& paths, const Enrolment& container,
                      const ProcessId& process) {
  return {.pid = std::to_string(process.pid),
          .init = std::to_string(container.init.pid),
          .cgroup = host.cgroup_root + container.cgroup.path,
          .bundles = paths.store_dir + "/" + StoreContainerDir(container),
          .id = EncodedContainerId(container.id)};
}

Result<std::string> MakeDirectory(const PreKillFiles& files, const Enrolment& container,
                                  BootTime began) {
  if (began > BootTime(0)) return files.Make(container, began);
  return MakeError(ErrorCode::kNotFound, "request", "does not say of which moment it is");
}

std::vector<std::string> EnvironmentOf(const PreKillWords& words, const Enrolment& container) {
  std::vector<std::string> variables = {
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "LANG=C.UTF-8",
      "HEADROOM_PID=" + words.pid,
      "HEADROOM_INIT=" + words.init,
      "HEADROOM_CGROUP=" + words.cgroup,
      "HEADROOM_BUNDLES=" + words.bundles,
      "HEADROOM_ID=" + words.id,
      "HEADROOM_ENGINE=" + EscapedForPeople(container.engine),
      "HEADROOM_NAME=" + EscapedForPeople(container.DisplayName())};
  if (!words.directory.empty()) variables.push_back("HEADROOM_DIRECTORY=" + words.directory);
  return variables;
}

/// Runs the command with a directory of its own, where the store takes one. A heap dump that goes
/// elsewhere is worth having also where it does not; a command whose words name the directory would
/// write to another place.
PreKillResult Run(const StatePaths& paths, const Enrolment& container, PreKillWords words,
                  BootTime began) {
  const PreKill& action = container.pre_kill;
  const PreKillFiles files(paths.store_dir);
  const auto directory = MakeDirectory(files, container, began);
  if (!directory && NamesDirectory(action.command)) {
    return NotRun("there is no directory for it: " + directory.error().Message());
  }
  words.directory = directory.value_or("");
  PreKillResult result =
      RunCommand(FilledIn(action.command, words), EnvironmentOf(words, container), action.time);
  if (!directory) {
    result.why_no_directory = directory.error().Message();
  } else if (!files.DropIfEmpty(container, began)) {
    result.directory = PreKillDirectoryName(container.GenerationKey(), began);
  }
  return result;
}

}  // namespace

PreKillResult DoPreKill(const HostView& host, const StatePaths& paths,
                        const PreKillRequest& request) {
  const RegistryDir registry(paths.run_dir);
  const auto container =
      registry.Read({.container_key = request.container_key,
                     .generation_key = request.generation_key,
                     .path = fmt::format("{}/{}/{}", registry.containers_dir(),
                                         request.container_key, request.generation_key)});
  if (!container) return NotRun(container.error().Message());
  const PreKill& action = container->pre_kill;
  if (!action.wanted()) return NotRun("its policy names no action");
  // The descriptor first: from then on it is the process that is looked at.
  const auto pidfd = OpenPidfd(request.process.pid);
  const std::string why =
      pidfd ? WhyNotProcess(host, *container, request.process) : pidfd.error().Message();
  if (!why.empty()) return NotRun(why);
  const PreKillWords words = WordsFor(host, paths, *container, request.process);
  PreKillResult result = action.signal.empty() ? Run(paths, *container, words, request.began)
                                               : Send(pidfd->get(), action);
  result.pid = request.process.pid;
  return result;
}

}  // namespace headroom
