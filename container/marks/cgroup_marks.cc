#include "container/marks/cgroup_marks.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace headroom {
namespace {

constexpr std::size_t kLongestMark = 8192;

/// Nothing is left to undo where that is not there any more.
bool IsOver(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kGone;
}

/// nullopt: the mark or its cgroup is gone, another one is at its path, or it is no path at all.
Result<std::optional<CgroupMarks::Mark>> ReadMark(const HostView& host, int dir,
                                                  const std::string& name) {
  const auto mark = ReadFileAt(dir, name, kLongestMark);
  if (!mark && IsOver(mark.error())) return std::nullopt;
  if (!mark) return std::unexpected(mark.error());
  // The kernel makes no cgroup whose name has a line end in it.
  const std::size_t path_end = mark->find('\n');
  auto cgroup = CgroupDir::Open(host, mark->substr(0, path_end));
  if (!cgroup && (IsOver(cgroup.error()) || cgroup.error().code == ErrorCode::kMalformed)) {
    return std::nullopt;
  }
  if (!cgroup) return std::unexpected(cgroup.error());
  if (std::to_string(cgroup->inode()) != name) return std::nullopt;
  return CgroupMarks::Mark{.cgroup = std::move(*cgroup),
                           .note = path_end == std::string::npos ? "" : mark->substr(path_end + 1)};
}

/// What was done through a descriptor knows the file's name alone.
Error Of(const CgroupDir& cgroup, Error error) {
  if (error.where.starts_with('/')) return error;
  error.where = EscapedForPeople(cgroup.path()) + "/" + error.where;
  return error;
}

/// nullopt: there was nothing to undo.
Result<std::optional<std::string>> UndoOne(const HostView& host, int dir, const std::string& name,
                                           const CgroupMarks::Undo& undo) {
  const auto mark = ReadMark(host, dir, name);
  if (!mark) return std::unexpected(mark.error());
  if (!*mark) return std::nullopt;
  const auto undone = undo((*mark)->cgroup, (*mark)->note);
  if (!undone && IsOver(undone.error())) return std::nullopt;
  if (!undone) return std::unexpected(Of((*mark)->cgroup, undone.error()));
  return *undone ? std::optional((*mark)->cgroup.path()) : std::nullopt;
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

std::vector<CgroupMarks::Mark> CgroupMarks::List(const HostView& host) const {
  std::vector<Mark> marks;
  const auto dir = OpenDirectory(AT_FDCWD, dir_);
  const auto names = dir ? ListDirectory(dir->get(), dir_) : std::unexpected(dir.error());
  if (!names) return marks;
  for (const std::string& name : *names) {
    auto mark = ReadMark(host, dir->get(), name);
    if (mark && *mark) marks.push_back(std::move(**mark));
  }
  return marks;
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
  // Where the tree itself is not to be had, no cgroup is gone.
  const auto root = CgroupDir::Open(host, "/");
  if (!root && !names->empty()) {
    result.errors.push_back(root.error());
    return result;
  }
  for (const std::string& name : *names) {
    auto undone = UndoOne(host, dir->get(), name, undo);
    if (!undone) {
      result.errors.push_back(undone.error());
      continue;
    }
    if (*undone) result.paths.push_back(std::move(**undone));
    if (unlinkat(dir->get(), name.c_str(), 0) != 0 && errno != ENOENT) {
      result.errors.push_back(SystemError(dir_ + "/" + name, "cannot be removed").error());
    }
  }
  return result;
}

}  // namespace headroom
