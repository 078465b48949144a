#include "supervisor/registry/conmon_oom_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "container/engine/engine.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

constexpr const char* kFile = "oom";
constexpr std::size_t kMaxCmdline = 65536;
constexpr std::size_t kMaxStatus = 65536;
/// Above the init: while the container is being made the runtime, perhaps twice, and then conmon.
constexpr int kMostAncestors = 3;
/// The runtime ends, and conmon becomes the parent, while the ancestors are looked at.
constexpr int kTries = 3;

Result<ProcessStat> ConmonAbove(const HostView& host, const Enrolment& container) {
  auto init = ReadProcessStat(host, container.init.pid);
  if (!init) return init;
  if (init->id != container.init) {
    return MakeError(ErrorCode::kGone, container.id, "its init has ended");
  }
  pid_t parent = init->parent;
  for (int level = 0; level < kMostAncestors && parent > 1; ++level) {
    auto stat = ReadProcessStat(host, parent);
    if (!stat || stat->comm == "conmon") return stat;
    parent = stat->parent;
  }
  return MakeError(ErrorCode::kNotFound, container.id, "has no conmon above its init");
}

Result<ProcessStat> FindConmon(const HostView& host, const Enrolment& container) {
  auto conmon = ConmonAbove(host, container);
  for (int tries = 1; tries < kTries && !conmon; ++tries) {
    if (conmon.error().code != ErrorCode::kGone) break;
    conmon = ConmonAbove(host, container);
  }
  return conmon;
}

/// Whoever may say in a command line where a file is to be made has to be us, or we would make one
/// for them.
Status CheckOwner(const HostView& host, pid_t conmon) {
  const auto text = ReadProcessFile(host, conmon, "status", kMaxStatus);
  if (!text) return std::unexpected(text.error());
  const auto status = ParseProcessStatus(*text);
  if (!status) return std::unexpected(status.error());
  if (status->uid == geteuid()) return {};
  return MakeError(ErrorCode::kDenied, fmt::format("process {}", conmon),
                   "is the conmon of another user");
}

Status CheckTrusted(int fd, const std::string& path) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return SystemError(path, "cannot be examined");
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return MakeError(ErrorCode::kDenied, path,
                     fmt::format("has a component of user {}", info.st_uid));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return MakeError(ErrorCode::kDenied, path, "has a component that others may write to");
  }
  return {};
}

/// From `root` down, each component before the next is looked up in it.
Result<UniqueFd> OpenTrusted(const UniqueFd& root, const std::string& path) {
  if (auto trusted = CheckTrusted(root.get(), path); !trusted) {
    return std::unexpected(trusted.error());
  }
  auto at = OpenAt(root.get(), ".", O_PATH | O_DIRECTORY);
  for (const std::string_view component : Split(path, '/')) {
    if (!at) return at;
    if (component.empty() || component == ".") continue;
    if (component == "..") return MakeError(ErrorCode::kDenied, path, "has a component \"..\"");
    at = OpenAt(at->get(), std::string(component), O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (!at) return at;
    if (auto trusted = CheckTrusted(at->get(), path); !trusted) {
      return std::unexpected(trusted.error());
    }
  }
  return at;
}

}  // namespace

std::vector<std::string> ConmonOomFolders(std::string_view cmdline, const Enrolment& container) {
  if (ArgumentBehind(cmdline, "-c") != container.id) return {};
  const auto persist = ArgumentBehind(cmdline, "--persist-dir");
  if (!persist || !persist->starts_with('/')) return {};
  std::vector<std::string> folders{*persist};
  const auto bundle = ArgumentBehind(cmdline, "-b");
  if (container.engine == "cri-o" && bundle && bundle->starts_with('/') && *bundle != *persist) {
    folders.push_back(*bundle);
  }
  return folders;
}

Result<ConmonOomFile> ConmonOomFile::Find(const HostView& host, const Enrolment& container) {
  const auto conmon = FindConmon(host, container);
  if (!conmon) return std::unexpected(conmon.error());
  if (auto ours = CheckOwner(host, conmon->id.pid); !ours) return std::unexpected(ours.error());
  const auto cmdline = ReadProcessFile(host, conmon->id.pid, "cmdline", kMaxCmdline);
  if (!cmdline) return std::unexpected(cmdline.error());
  // As conmon sees it: a rootless engine's is in a mount namespace of its own, and this one may be
  // in one where all is read-only.
  const std::string root_path = fmt::format("{}/{}/root", host.proc, conmon->id.pid);
  const auto root = OpenAt(AT_FDCWD, root_path, O_PATH | O_DIRECTORY);
  if (!root) return std::unexpected(root.error());
  const auto again = ReadProcessStat(host, conmon->id.pid);
  if (!again || again->id != conmon->id) {
    return MakeError(ErrorCode::kGone, container.id, "its conmon has ended");
  }
  ConmonOomFile file;
  for (std::string& folder : ConmonOomFolders(*cmdline, container)) {
    auto fd = OpenTrusted(*root, folder);
    if (!fd) return std::unexpected(fd.error());
    file.folders_.push_back({.fd = std::move(*fd), .path = std::move(folder)});
  }
  if (file.folders_.empty()) {
    return MakeError(ErrorCode::kNotFound, container.id,
                     "its conmon leaves no word of OOM kills where its engine looks");
  }
  return file;
}

Status ConmonOomFile::Leave() const {
  Status left;
  for (const Folder& folder : folders_) {
    const auto created =
        CreateFileAt(folder.fd.get(), kFile, "", S_IRUSR | S_IWUSR, Durability::kNone);
    if (created || created.error().code == ErrorCode::kExists) continue;
    left = MakeError(created.error().code, folder.path + "/" + kFile, "cannot be made");
  }
  return left;
}

}  // namespace headroom
