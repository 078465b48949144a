#include <fmt/format.h>
#include <sysexits.h>

#include <csignal>
#include <cstdlib>
#include <string_view>

#include "base/log.h"
#include "kernel/cgroup/memory_hierarchy.h"
#include "supervisor/confine/capabilities.h"
#include "supervisor/confine/filter.h"
#include "supervisor/confine/locked_memory.h"
#include "supervisor/loop/needless_start.h"
#include "supervisor/registry/idle_end.h"
#include "supervisor/supervisor.h"

namespace {

/// Blocked before any thread exists, so that the event loop alone receives them.
void BlockSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  (void)pthread_sigmask(SIG_BLOCK, &set, nullptr);
  (void)std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace headroom;
  const std::string_view option = argc > 1 ? argv[1] : "";
  if (option == "--debug") SetLogLevel(LogLevel::kDebug);
  const bool until_idle = option == "--until-idle";
  if (argc > 2 || (argc == 2 && option != "--debug" && !until_idle)) {
    Log(LogLevel::kError,
        "usage: headroomd [--debug|--until-idle]; everything else is in /etc/headroom");
    return 2;
  }
  BlockSignals();
  if (const auto locked = LockMemory(LaterMemory::kOnFirstUse); !locked) {
    Log(LogLevel::kWarning, locked.error().Message() +
                                "; continuing with memory that a host without any may take away");
  }
  // Before the first thread, as each has its own. What comes next needs no more than what is kept.
  DropCapabilitiesOfHeadroomd();
  using Lifetime = Supervisor::Lifetime;
  auto supervisor =
      Supervisor::Create(OnMemoryHierarchy({}), DefaultStatePaths(),
                         until_idle ? Lifetime::kUntilIdle : Lifetime::kUntilToldToEnd);
  // Of several that are started at once for as many containers, one stays.
  if (!supervisor && until_idle && supervisor.error().code == ErrorCode::kExists) {
    return EndAsNeedless();
  }
  if (!supervisor) {
    Log(LogLevel::kError, supervisor.error().Message());
    return EXIT_FAILURE;
  }
  ConfineHeadroomd();
  const auto ended = (*supervisor)->Run();
  if (!ended) Log(LogLevel::kError, ended.error().Message());
  const bool ended_idle = (*supervisor)->ended_idle();
  const UniqueFd lock = (*supervisor)->TakeLock();
  supervisor->reset();
  if (ended && ended_idle && IsAnythingEnrolled(RegistryDir(DefaultStatePaths().run_dir))) {
    Log(LogLevel::kInfo,
        fmt::format("a container was enrolled at the last moment; ends with status {}, so that a "
                    "service manager starts it again",
                    EX_TEMPFAIL));
    return EX_TEMPFAIL;
  }
  return ended ? EXIT_SUCCESS : EXIT_FAILURE;
}
