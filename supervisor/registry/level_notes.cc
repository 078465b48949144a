#include "supervisor/registry/level_notes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <limits>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 64;  // two numbers of 64 bits
constexpr mode_t kPrivateDirectory = 0700;
constexpr mode_t kPrivateFile = 0600;

std::optional<LevelNotes::Note> ParseNote(std::string_view text) {
  const auto parts = Split(Trimmed(text), ' ');
  if (parts.size() != 2) return std::nullopt;
  const auto kills = ParseUint64(parts[0]);
  const auto at = ParseUint64(parts[1]);
  constexpr auto kMostTime = static_cast<std::uint64_t>(std::numeric_limits<BootTime::rep>::max());
  if (!kills || !at || *at > kMostTime) return std::nullopt;
  return LevelNotes::Note{.kills = *kills, .at = BootTime(static_cast<BootTime::rep>(*at))};
}

}  // namespace

std::optional<LevelNotes::Note> LevelNotes::Read(std::uint64_t inode) const {
  const auto text = ReadFileAt(AT_FDCWD, fmt::format("{}/{}", dir_, inode), kMostBytes);
  return text ? ParseNote(*text) : std::nullopt;
}

Status LevelNotes::Write(std::uint64_t inode, const Note& note) const {
  auto dir = OpenDirectory(AT_FDCWD, dir_);
  if (!dir && dir.error().code == ErrorCode::kNotFound) {
    if (auto made = MakeDirectories(dir_, kPrivateDirectory); !made) return made;
    dir = OpenDirectory(AT_FDCWD, dir_);
  }
  if (!dir) return std::unexpected(dir.error());
  return ReplaceFileAt(dir->get(), std::to_string(inode),
                       fmt::format("{} {}\n", note.kills, note.at.count()), kPrivateFile,
                       Durability::kNone);
}

Status LevelNotes::Remove(std::uint64_t inode) const {
  const std::string path = fmt::format("{}/{}", dir_, inode);
  if (unlinkat(AT_FDCWD, path.c_str(), 0) == 0 || errno == ENOENT) return {};
  return SystemError(path, "cannot be removed");
}

void LevelNotes::KeepOnly(const std::set<std::uint64_t>& inodes) const {
  const auto dir = OpenDirectory(AT_FDCWD, dir_);
  if (!dir) return;
  const auto names = ListDirectory(dir->get(), dir_);
  if (!names) return;
  for (const std::string& name : *names) {
    const auto inode = ParseUint64(name);
    if (inode && inodes.contains(*inode)) continue;
    (void)unlinkat(dir->get(), name.c_str(), 0);  // what stays is looked at again by the next one
  }
}

}  // namespace headroom
