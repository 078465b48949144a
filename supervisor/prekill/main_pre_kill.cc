#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>

#include "base/file.h"
#include "base/log.h"
#include "kernel/cgroup/memory_hierarchy.h"
#include "supervisor/prekill/action.h"

namespace {

using namespace headroom;

/// The line that headroomd wrote, without its end; what it does not write within 2 s is not waited
/// for.
std::string ReadRequest() {
  std::string text;
  const BootTime until = NowBoot() + std::chrono::seconds(2);
  while (text.size() <= PreKillRequest::kMostBytes && !text.ends_with('\n')) {
    pollfd waiting{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - NowBoot());
    if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) break;
    std::array<char, 512> buffer{};
    const ssize_t got = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

void WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDIN_FILENO, text.data(), text.size());
    if (written <= 0) return;  // headroomd is gone; what was done is done
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

/// headroom-pre-kill: does what root's policy wants done before a container is killed. Started by
/// systemd for one connection each, which is its standard input: so it runs outside of headroomd's
/// sandbox and of every container's cgroup, and ends with its unit.
int main() {
  (void)std::signal(SIGPIPE, SIG_IGN);
  const auto request = ParsePreKillRequest(ReadRequest());
  if (!request) {
    Log(LogLevel::kError,
        request.error().Message() + "; this program is started by headroom-pre-kill.socket alone");
    return EXIT_FAILURE;
  }
  WriteAll(SerializePreKillResult(DoPreKill(OnMemoryHierarchy({}), DefaultStatePaths(), *request)));
  return EXIT_SUCCESS;
}
