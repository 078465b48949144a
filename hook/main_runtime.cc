// headroom-runtime: stands where an engine expects its OCI runtime. What is to become a container
// is judged and fixed before the runtime reads its config.json; then, and for every other call,
// this process becomes the runtime. Only the order of things stands here.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "container/enrolment/state_paths.h"
#include "hook/wrapper/before_start.h"
#include "hook/wrapper/deadline.h"
#include "hook/wrapper/real_runtime.h"
#include "hook/wrapper/runtime_call.h"
#include "kernel/cgroup/memory_hierarchy.h"
#include "policy/deny_line.h"

namespace headroom {
namespace {

constexpr int kFailed = 1;

/// Far above what a preparation takes, disks that are busy included, and below what engines wait.
constexpr std::chrono::seconds kTimeLimit{10};

/// A closed standard error is no reason to end; the runtime gets the signal's action as it was.
class BrokenPipesIgnored {
 public:
  BrokenPipesIgnored() {
    struct sigaction ignore{};
    ignore.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &ignore, &before_);
  }
  ~BrokenPipesIgnored() { (void)sigaction(SIGPIPE, &before_, nullptr); }
  BrokenPipesIgnored(const BrokenPipesIgnored&) = delete;
  BrokenPipesIgnored& operator=(const BrokenPipesIgnored&) = delete;

 private:
  struct sigaction before_{};
};

/// Holds the places of standard descriptors that are not open, so that no file of ours gets one of
/// their numbers. Gone at exec: the runtime finds what we found.
std::vector<UniqueFd> HoldMissingDescriptors() {
  std::vector<UniqueFd> held;
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    auto place = OpenAt(AT_FDCWD, "/dev/null", O_RDWR | O_NOCTTY);
    if (place) held.push_back(std::move(*place));
  }
  return held;
}

/// headroom-hook lies beside this program.
std::string HookPath() {
  std::string path(4096, '\0');
  const ssize_t size = readlink("/proc/self/exe", path.data(), path.size());
  if (size <= 0) return "/usr/lib/headroom/headroom-hook";
  path.resize(static_cast<std::size_t>(size));
  return path.substr(0, path.rfind('/') + 1) + "headroom-hook";
}

std::optional<int> Prepare(const RuntimeCall& call, char* const* runtime, Reporter& reporter) {
  Deadline deadline(kTimeLimit, runtime, call.id, call.on_error);
  const BrokenPipesIgnored ignored;
  const auto held = HoldMissingDescriptors();
  if (!call.error.empty()) {
    const std::string line = fmt::format("headroom: error: {}", call.error);
    reporter.ToJournal(LogLevel::kError, line);
    if (call.on_error == OnError::kClosed) {
      SayFatal(call, line, NowWall(), reporter);
      return kFailed;
    }
  }
  WrapperEnvironment environment;
  const Surroundings user = ReadSurroundings();
  environment.host = OnMemoryHierarchy({});
  environment.paths = StatePathsFor(user);
  environment.uid = user.uid;
  environment.hook_path = HookPath();
  environment.denied = [&deadline] { deadline.Deny(); };
  return BeforeStart(call, environment, reporter);
}

int Fail(const RuntimeCall& call, const Error& error, Reporter& reporter) {
  const BrokenPipesIgnored ignored;
  const std::string line = WithoutMisleadingPhrases(
      fmt::format("headroom: error: {}", EscapedForPeople(error.Message())));
  SayFatal(call, line, NowWall(), reporter);
  return kFailed;
}

int Main(std::span<char* const> arguments) {
  const RuntimeCall call = ParseRuntimeCall({arguments.data(), arguments.size()});
  StandardReporter reporter("headroom-runtime");
  auto runtime = FindRuntime(call.runtime, UsualRuntimes());
  if (!runtime) return Fail(call, runtime.error(), reporter);
  std::vector<char*> rest = {runtime->data()};
  rest.insert(rest.end(), arguments.begin() + static_cast<std::ptrdiff_t>(call.own),
              arguments.end());
  rest.push_back(nullptr);
  if (call.starts()) {
    if (const auto status = Prepare(call, rest.data(), reporter)) return *status;
  }
  (void)execv(runtime->c_str(), rest.data());
  return Fail(call, SystemError(*runtime, "cannot be executed").error(), reporter);
}

}  // namespace
}  // namespace headroom

int main(int argc, char** argv) {
  const auto count = static_cast<std::size_t>(argc > 0 ? argc - 1 : 0);
  return headroom::Main({argv + 1, count});
}
