#include "container/frozen_marks.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "kernel/cgroup/freezer.h"

namespace headroom {
namespace {

constexpr std::size_t kLongestPath = 8192;

/// nullopt: it is gone, or the mark is not about it.
Result<std::optional<std::string>> Thaw(const HostView& host, int dir, const std::string& name) {
  const auto path = ReadFileAt(dir, name, kLongestPath);
  if (!path) return std::unexpected(path.error());
  const auto cgroup = CgroupDir::Open(host, *path);
  if (!cgroup && cgroup.error().code == ErrorCode::kDenied) return std::unexpected(cgroup.error());
  if (!cgroup || std::to_string(cgroup->inode()) != name) return std::nullopt;
  const auto freezer = Freezer::Open(*cgroup);
  if (!freezer) return std::nullopt;
  const auto wanted = freezer->IsWanted();
  if (!wanted || !*wanted) return std::nullopt;
  if (auto thawed = freezer->Want(false); !thawed) return std::unexpected(thawed.error());
  return cgroup->path();
}

}  // namespace

Status FrozenMarks::Set(const CgroupDir& cgroup) const {
  if (auto made = MakeDirectories(dir_, 0700); !made) return made;
  const auto dir = OpenDirectory(AT_FDCWD, dir_);
  if (!dir) return std::unexpected(dir.error());
  return ReplaceFileAt(dir->get(), std::to_string(cgroup.inode()), cgroup.path(), 0600,
                       Durability::kNone);
}

void FrozenMarks::Clear(const CgroupDir& cgroup) const {
  (void)unlink((dir_ + "/" + std::to_string(cgroup.inode())).c_str());
}

FrozenMarks::Thawed FrozenMarks::ThawAll(const HostView& host) const {
  Thawed result;
  const auto dir = OpenDirectory(AT_FDCWD, dir_);
  if (!dir) {
    if (dir.error().code != ErrorCode::kNotFound) result.errors.push_back(dir.error());
    return result;
  }
  const auto names = ListDirectory(dir->get(), dir_);
  if (!names) {
    result.errors.push_back(names.error());
    return result;
  }
  for (const std::string& name : *names) {
    auto thawed = Thaw(host, dir->get(), name);
    if (!thawed) {
      result.errors.push_back(thawed.error());
      continue;
    }
    if (*thawed) result.paths.push_back(std::move(**thawed));
    (void)unlinkat(dir->get(), name.c_str(), 0);
  }
  return result;
}

}  // namespace headroom
