#include <sys/mman.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/log.h"
#include "container/registry_dir.h"
#include "supervisor/confine/filter.h"
#include "supervisor/guardian/server.h"

/// headroom-guardian: releases what headroomd holds when headroomd cannot. Kept so small that
/// little can go wrong in it: one thread, no bus, memory locked.
int main(int argc, char** argv) {
  using namespace headroom;
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) {
    Log(LogLevel::kWarning, "memory cannot be locked; continuing, slower under memory pressure");
  }
  (void)std::signal(SIGPIPE, SIG_IGN);
  const bool until_alone = argc == 2 && std::string_view(argv[1]) == "--until-alone";
  const std::string path = GuardianSocketPath(DefaultStatePaths().run_dir);
  auto server =
      until_alone ? GuardianServer::ListenUnlessThere(path) : GuardianServer::Listen(path);
  if (!server && until_alone && server.error().code == ErrorCode::kExists) return EXIT_SUCCESS;
  if (!server) {
    Log(LogLevel::kError, server.error().Message());
    return EXIT_FAILURE;
  }
  if (until_alone) server->EndWhenAlone();
  ConfineGuardian();
  const auto ended = server->Run();
  if (!ended) Log(LogLevel::kError, ended.error().Message());
  return ended ? EXIT_SUCCESS : EXIT_FAILURE;
}
