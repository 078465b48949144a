#include <sys/mman.h>

#include <csignal>
#include <cstdlib>

#include "base/log.h"
#include "container/registry_dir.h"
#include "supervisor/confine/filter.h"
#include "supervisor/guardian/server.h"

/// headroom-guardian: releases what headroomd holds when headroomd cannot. Kept so small that
/// little can go wrong in it: one thread, no bus, memory locked.
int main() {
  using namespace headroom;
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) {
    Log(LogLevel::kWarning, "memory cannot be locked; continuing, slower under memory pressure");
  }
  (void)std::signal(SIGPIPE, SIG_IGN);
  auto server = GuardianServer::Listen(GuardianSocketPath(DefaultStatePaths().run_dir));
  if (!server) {
    Log(LogLevel::kError, server.error().Message());
    return EXIT_FAILURE;
  }
  ConfineGuardian();
  const auto ended = server->Run();
  if (!ended) Log(LogLevel::kError, ended.error().Message());
  return ended ? EXIT_SUCCESS : EXIT_FAILURE;
}
