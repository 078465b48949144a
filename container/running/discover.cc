#include "container/running/discover.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/file.h"

namespace headroom {
namespace {

/// runc's holds the whole configuration of the container.
constexpr std::size_t kMaxStateBytes = std::size_t{16} << 20U;

/// The text of a file that only root or we can have written; an error for anything else.
Result<std::string> ReadTrusted(int folder, const std::string& name) {
  const auto fd = OpenAt(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(name, "cannot be examined");
  const bool ours = info.st_uid == 0 || info.st_uid == geteuid();
  if (!S_ISREG(info.st_mode) || !ours || (info.st_mode & S_IWOTH) != 0) {
    return MakeError(ErrorCode::kDenied, name, "is not a plain file of root's or our own");
  }
  return ReadRegularFile(fd->get(), name, kMaxStateBytes);
}

/// The container whose state lies in `folder`, of whichever runtime.
Result<RunningContainer> ReadState(int root, const std::string& id) {
  const auto folder = OpenDirectory(root, id);
  if (!folder) return std::unexpected(folder.error());
  if (const auto runc = ReadTrusted(folder->get(), "state.json")) {
    return ParseRuncState(*runc, "state.json");
  }
  const auto crun = ReadTrusted(folder->get(), "status");
  if (!crun) return std::unexpected(crun.error());
  return ParseCrunStatus(*crun, id, "status");
}

bool Runs(const HostView& host, const ProcessId& init) {
  const auto stat = ReadProcessStat(host, init.pid);
  if (!stat || stat->state == 'Z' || stat->state == 'X') return false;
  return init.start_ticks == 0 || stat->id == init;
}

std::vector<std::string> NamesIn(const std::string& path) {
  const auto fd = OpenDirectory(AT_FDCWD, path);
  if (!fd) return {};
  return ListDirectory(fd->get(), path).value_or(std::vector<std::string>{});
}

/// Every folder that holds a folder for each container.
std::vector<std::string> StateRoots(const std::string& run_dir) {
  std::vector<std::string> roots = {run_dir + "/runc", run_dir + "/crun"};
  for (const char* engine : {"/docker/runtime-runc", "/containerd/runc"}) {
    for (const std::string& name_space : NamesIn(run_dir + engine)) {
      roots.push_back(fmt::format("{}{}/{}", run_dir, engine, name_space));
    }
  }
  return roots;
}

}  // namespace

std::vector<RunningContainer> DiscoverRunning(const HostView& host, const std::string& run_dir) {
  std::vector<RunningContainer> found;
  for (const std::string& root : StateRoots(run_dir)) {
    const auto fd = OpenDirectory(AT_FDCWD, root);
    if (!fd) continue;
    for (const std::string& id :
         ListDirectory(fd->get(), root).value_or(std::vector<std::string>{})) {
      auto container = ReadState(fd->get(), id);
      if (container && Runs(host, container->init)) found.push_back(*std::move(container));
    }
  }
  std::ranges::sort(found, {}, &RunningContainer::id);
  return found;
}

}  // namespace headroom
