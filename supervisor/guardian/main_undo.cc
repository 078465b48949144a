#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/log.h"
#include "container/enrolment/registry_dir.h"
#include "container/marks/undo_left.h"
#include "container/supervision/life_line.h"
#include "kernel/cgroup/memory_hierarchy.h"
#include "supervisor/confine/capabilities.h"
#include "supervisor/confine/locked_memory.h"
#include "supervisor/guardian/protocol.h"

namespace headroom {
namespace {

/// The socket file that a guardian has made at its start; 0: there is none.
ino_t SocketFile(const std::string& run_dir) {
  struct stat info{};
  return stat(GuardianSocketPath(run_dir).c_str(), &info) == 0 ? info.st_ino : 0;
}

/// For as long as the guardian lives whose life line is our standard input.
int WaitForGuardian(const std::string& run_dir) {
  // Without: slower on a host that is out of memory. The guardian says so where that is so.
  (void)LockMemory(LaterMemory::kAtOnce);
  DropCapabilitiesOfUndo();
  (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  (void)std::signal(SIGPIPE, SIG_IGN);  // of a log that nobody reads any more
  const HostView host = OnMemoryHierarchy({});
  const ino_t ours = SocketFile(run_dir);
  UndoWhenSilent(STDIN_FILENO, LifeLineRhythm{}, [&](GuardianIs guardian) {
    // Ours still hangs, and somebody has started another one in its place: the marks are its.
    const ino_t now = SocketFile(run_dir);
    if (guardian == GuardianIs::kSilent && now != 0 && now != ours) return;
    (void)UndoWhatWasLeft(host, run_dir);
  });
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace headroom

/// headroom-undo: lifts and thaws what headroomd has marked in the run directory. systemd runs it
/// behind every end of the guardian, which may have been killed together with headroomd, or because
/// it hung: then nobody else is left, and there is no time to lose. So it is a static program.
/// Behind an end in order it does nothing: what is marked then is another pair's. Where no systemd
/// started the guardian, that starts it with `--with-guardian RUN_DIR`: then it waits for that
/// moment itself.
int main(int argc, char** argv) {
  using namespace headroom;
  const std::string_view option = argc > 1 ? argv[1] : "";
  if (argc == 3 && option == "--with-guardian") return WaitForGuardian(argv[2]);
  if (argc != 1) {
    Log(LogLevel::kError, "usage: headroom-undo [--with-guardian RUN_DIR]");
    return 2;
  }
  if (EndedInOrder(std::getenv("EXIT_CODE"), std::getenv("EXIT_STATUS"))) return EXIT_SUCCESS;
  const bool undone = UndoWhatWasLeft(OnMemoryHierarchy({}), DefaultStatePaths().run_dir);
  return undone ? EXIT_SUCCESS : EXIT_FAILURE;
}
