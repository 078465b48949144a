#include <fcntl.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "container/enrolment/registry_dir.h"
#include "kernel/cgroup/memory_hierarchy.h"
#include "supervisor/confine/capabilities.h"
#include "supervisor/confine/filter.h"
#include "supervisor/confine/locked_memory.h"
#include "supervisor/guardian/server.h"
#include "supervisor/guardian/undo_starter.h"
#include "supervisor/loop/needless_start.h"

namespace headroom {
namespace {

/// Where systemd has started us it kills us when we hang, and undoes behind us.
void FindWhoUndoesInOurPlace(GuardianServer& server, const std::string& run_dir) {
  if (std::getenv("NOTIFY_SOCKET") != nullptr) return;
  auto life_line = StartUndo(UndoProgram{}, OnMemoryHierarchy({}), run_dir);
  if (life_line) return server.GiveSignsOn(std::move(*life_line));
  Log(LogLevel::kWarning,
      life_line.error().Message() +
          "; continuing, with nobody who would release anything where headroomd and "
          "headroom-guardian are both killed or hang");
}

}  // namespace
}  // namespace headroom

/// headroom-guardian: releases what headroomd holds when headroomd cannot. Kept so small that
/// little can go wrong in it: one thread, no bus, memory locked.
int main(int argc, char** argv) {
  using namespace headroom;
  const std::string_view option = argc == 2 ? argv[1] : "";
  const bool until_alone = option == "--until-alone";
  if (argc > 2 || (argc == 2 && !until_alone)) {
    Log(LogLevel::kError, "usage: headroom-guardian [--until-alone]");
    return 2;
  }
  if (const auto locked = LockMemory(LaterMemory::kAtOnce); !locked) {
    Log(LogLevel::kWarning,
        locked.error().Message() + "; continuing, slower under memory pressure");
  }
  (void)std::signal(SIGPIPE, SIG_IGN);
  const std::string run_dir = DefaultStatePaths().run_dir;
  const std::string path = GuardianSocketPath(run_dir);
  auto server =
      until_alone ? GuardianServer::ListenUnlessThere(path) : GuardianServer::Listen(path);
  if (!server && until_alone && server.error().code == ErrorCode::kExists) return EndAsNeedless();
  if (!server) {
    Log(LogLevel::kError, server.error().Message());
    return EXIT_FAILURE;
  }
  if (until_alone) {
    server->EndWhenAlone();
  } else if (auto program = OpenAt(AT_FDCWD, "/proc/self/exe", O_PATH)) {
    server->EndWhenReplaced(std::move(*program));
  }
  FindWhoUndoesInOurPlace(*server, run_dir);
  DropCapabilitiesOfGuardian();
  ConfineGuardian();
  const auto ended = server->Run();
  if (!ended) Log(LogLevel::kError, ended.error().Message());
  return ended ? EXIT_SUCCESS : EXIT_FAILURE;
}
