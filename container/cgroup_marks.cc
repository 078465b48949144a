#include "container/cgroup_marks.h"

#include <fcntl.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "base/file.h"
#include "base/unique_fd.h"

namespace headroom {
namespace {

constexpr std::size_t kLongestMark = 8192;

/// nullopt: there was nothing to undo.
Result<std::optional<std::string>> UndoOne(const HostView& host, int dir, const std::string& name,
                                           const CgroupMarks::Undo& undo) {
  const auto mark = ReadFileAt(dir, name, kLongestMark);
  if (!mark) return std::unexpected(mark.error());
  // The kernel makes no cgroup whose name has a line end in it.
  const std::size_t path_end = mark->find('\n');
  const auto cgroup = CgroupDir::Open(host, mark->substr(0, path_end));
  if (!cgroup && cgroup.error().code == ErrorCode::kDenied) return std::unexpected(cgroup.error());
  if (!cgroup || std::to_string(cgroup->inode()) != name) return std::nullopt;
  const std::string note = path_end == std::string::npos ? "" : mark->substr(path_end + 1);
  const auto undone = undo(*cgroup, note);
  if (!undone) return std::unexpected(undone.error());
  return *undone ? std::optional(cgroup->path()) : std::nullopt;
}

}  // namespace

Status CgroupMarks::Set(const CgroupDir& cgroup, std::string_view note) const {
  if (auto made = MakeDirectories(dir_, 0700); !made) return made;
  const auto dir = OpenDirectory(AT_FDCWD, dir_);
  if (!dir) return std::unexpected(dir.error());
  std::string mark = cgroup.path();
  if (!note.empty()) mark.append("\n").append(note);
  return ReplaceFileAt(dir->get(), std::to_string(cgroup.inode()), mark, 0600, Durability::kNone);
}

void CgroupMarks::Clear(std::uint64_t cgroup_inode) const {
  (void)unlink((dir_ + "/" + std::to_string(cgroup_inode)).c_str());
}

CgroupMarks::Undone CgroupMarks::UndoAll(const HostView& host, const Undo& undo) const {
  Undone result;
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
    auto undone = UndoOne(host, dir->get(), name, undo);
    if (!undone) {
      result.errors.push_back(undone.error());
      continue;
    }
    if (*undone) result.paths.push_back(std::move(**undone));
    (void)unlinkat(dir->get(), name.c_str(), 0);
  }
  return result;
}

}  // namespace headroom
