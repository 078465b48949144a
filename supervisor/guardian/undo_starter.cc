#include "supervisor/guardian/undo_starter.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/detached.h"
#include "base/file.h"
#include "container/supervision/life_line.h"

namespace headroom {
namespace {

/// Not valid: it stays in ours.
UniqueFd OwnCgroup(const UndoProgram& program, const HostView& host) {
  if (access(program.systemd_dir.c_str(), F_OK) == 0) return {};
  const std::string dir = host.cgroup_root + "/headroom-undo";
  if (mkdir(dir.c_str(), 0755) != 0 && errno != EEXIST) return {};
  auto procs = OpenAt(AT_FDCWD, dir + "/cgroup.procs", O_WRONLY | O_CLOEXEC);
  return procs ? std::move(*procs) : UniqueFd();
}

}  // namespace

Result<UniqueFd> StartUndo(const UndoProgram& program, const HostView& host,
                           const std::string& run_dir) {
  auto ends = MakeLifeLine();
  if (!ends) return std::unexpected(ends.error());
  const UniqueFd procs = OwnCgroup(program, host);
  const auto started = StartDetached({.command = {program.path, "--with-guardian", run_dir},
                                      .cgroup_procs = procs.get(),
                                      .standard_input = ends->second.get(),
                                      .standard_error = STDERR_FILENO});
  if (!started) return std::unexpected(started.error());
  return std::move(ends->first);
}

}  // namespace headroom
