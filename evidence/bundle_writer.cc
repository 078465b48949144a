#include "evidence/bundle_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>  // renameat
#include <set>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "evidence/store_directories.h"

namespace headroom {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr const char* kManifestName = "manifest.json";

/// An error of something below `dir`, told with its whole path.
std::unexpected<Error> Below(const std::string& dir, Error error) {
  error.where = dir + "/" + error.where;
  return std::unexpected(std::move(error));
}

/// A directory below incoming/ that nobody else uses. Holds a lock on it, so that a sweep tells
/// it from the leftover of a crash.
struct WorkDir {
  std::string name;
  std::string path;
  UniqueFd fd;
};

/// A name in incoming/ that nothing else has.
std::string UniqueName() {
  static std::atomic<unsigned> counter{0};
  return fmt::format("{}-{}-{}", getpid(), NowBoot().count(), counter.fetch_add(1));
}

/// Until the descriptor is closed, wherever the directory is moved to.
Status Lock(const UniqueFd& dir, const std::string& path) {
  if (flock(dir.get(), LOCK_SH | LOCK_NB) != 0) return SystemError(path, "cannot be locked");
  return {};
}

Result<WorkDir> MakeWorkDir(int incoming_fd, const std::string& incoming_path) {
  WorkDir work;
  work.name = UniqueName();
  work.path = incoming_path + "/" + work.name;
  if (mkdirat(incoming_fd, work.name.c_str(), kStoreDirectoryMode) != 0) {
    return SystemError(work.path, "cannot be made");
  }
  auto dir = OpenDirectory(incoming_fd, work.name);
  if (!dir) return Below(incoming_path, dir.error());
  work.fd = std::move(*dir);
  if (auto locked = Lock(work.fd, work.path); !locked) return std::unexpected(locked.error());
  return work;
}

/// Makes the directories that the sections need; returns them, each after the one it lies in.
Result<std::vector<std::string>> MakeSectionDirectories(const WorkDir& work,
                                                        const std::vector<Section>& sections) {
  std::set<std::string> made;
  for (const Section& section : sections) {
    if (!HasFile(section.row)) continue;
    const std::string& name = section.row.section;
    for (std::size_t at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1)) {
      const std::string dir = name.substr(0, at);
      if (!made.insert(dir).second) continue;
      if (mkdirat(work.fd.get(), dir.c_str(), kStoreDirectoryMode) != 0) {
        return SystemError(work.path + "/" + dir, "cannot be made");
      }
    }
  }
  return std::vector<std::string>(made.begin(), made.end());  // sorted: a parent is a prefix
}

/// Files that are written and not yet on the disk. A flush of one file makes a journaling file
/// system commit what all of them changed, but only where it has already given their bytes a place;
/// so those are sent on their way as each is written, and flushed when all are.
class UnflushedFiles {
 public:
  Status Add(const WorkDir& work, const std::string& name, std::string_view bytes) {
    auto fd = OpenAt(work.fd.get(), name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, kFileMode);
    if (!fd) return Below(work.path, fd.error());
    if (auto wrote = WriteAll(fd->get(), name, bytes); !wrote) {
      return Below(work.path, wrote.error());
    }
    // Only begins: what fails here fails again, and is told, where it is flushed.
    (void)sync_file_range(fd->get(), 0, 0, SYNC_FILE_RANGE_WRITE);
    files_.push_back({std::move(*fd), work.path + "/" + name});
    return files_.size() < kMostOpen ? Status{} : Flush();
  }

  /// Through the descriptors that wrote, as only they are sure to be told of a failed write.
  Status Flush() {
    for (const File& file : files_) {
      if (fsync(file.fd.get()) != 0) return SystemError(file.path, "cannot be flushed to the disk");
    }
    files_.clear();
    return {};
  }

 private:
  static constexpr std::size_t kMostOpen = 64;  // descriptors are shared with what is watched
  struct File {
    UniqueFd fd;
    std::string path;
  };
  std::vector<File> files_;
};

Status SyncDirectories(const WorkDir& work, const std::vector<std::string>& directories) {
  for (auto dir = directories.rbegin(); dir != directories.rend(); ++dir) {
    auto fd = OpenDirectory(work.fd.get(), *dir);
    if (!fd) return Below(work.path, fd.error());
    if (auto synced = SyncDirectory(fd->get(), work.path + "/" + *dir); !synced) return synced;
  }
  return SyncDirectory(work.fd.get(), work.path);
}

Status WriteFiles(const WorkDir& work, const FinishedDraft& finished) {
  const auto directories = MakeSectionDirectories(work, finished.sections);
  if (!directories) return std::unexpected(directories.error());
  UnflushedFiles files;
  for (const Section& section : finished.sections) {
    if (!HasFile(section.row)) continue;
    auto written = files.Add(work, section.row.section, section.bytes);
    if (!written) return written;
  }
  auto written = files.Add(work, kManifestName, SerializeManifest(finished.manifest));
  if (written) written = files.Flush();
  if (!written) return written;
  return SyncDirectories(work, *directories);
}

/// Where a bundle is being put.
struct Place {
  int store_fd;
  int incoming_fd;
  const std::string& store;
  std::string container_dir;
  std::string name;
};

/// The container's directory may be removed with the last bundle in it at the same moment; then it
/// is made once more.
Status RenameInto(const WorkDir& work, const Place& place, UniqueFd& container) {
  const std::string container_path = place.store + "/" + place.container_dir;
  for (int tries = 2;; --tries) {
    auto opened = OpenOwned(place.store_fd, place.container_dir, container_path);
    if (!opened) return std::unexpected(opened.error());
    container = std::move(*opened);
    // rename(2) replaces at most an empty directory, which no bundle is.
    if (renameat(place.incoming_fd, work.name.c_str(), container.get(), place.name.c_str()) == 0) {
      return {};
    }
    if (errno != ENOENT || tries == 1) {
      return SystemError(container_path + "/" + place.name, "cannot be put in place");
    }
  }
}

/// The one step that makes the bundle visible. What cannot be made durable is taken back, so that
/// the caller's next attempt does not find a bundle that a power cut may yet undo; in one step too,
/// as half of a bundle is worse than either. Its files go with the work directory.
Result<std::string> PutInPlace(const WorkDir& work, const Place& place) {
  const std::string container_path = place.store + "/" + place.container_dir;
  std::string path = container_path + "/" + place.name;
  UniqueFd container;
  if (auto renamed = RenameInto(work, place, container); !renamed) {
    return std::unexpected(renamed.error());
  }
  auto synced = SyncDirectory(container.get(), container_path);
  if (synced) synced = SyncDirectory(place.store_fd, place.store);
  if (synced) return path;
  (void)renameat(container.get(), place.name.c_str(), place.incoming_fd, work.name.c_str());
  return std::unexpected(synced.error());
}

}  // namespace

Result<std::string> WriteBundle(const std::string& store, const std::string& incoming,
                                const std::string& name, const Store::Draft& draft) {
  const auto finished = FinishDraft(draft);
  if (!finished) return std::unexpected(finished.error());
  auto store_fd = OpenStore(store);
  if (!store_fd) return std::unexpected(store_fd.error());
  const std::string incoming_path = store + "/" + incoming;
  auto incoming_fd = OpenOwned(store_fd->get(), incoming, incoming_path);
  if (!incoming_fd) return std::unexpected(incoming_fd.error());
  auto work = MakeWorkDir(incoming_fd->get(), incoming_path);
  if (!work) return std::unexpected(work.error());
  auto written = WriteFiles(*work, *finished);
  Result<std::string> published =
      written ? PutInPlace(*work, {.store_fd = store_fd->get(),
                                   .incoming_fd = incoming_fd->get(),
                                   .store = store,
                                   .container_dir = StoreContainerDir(draft.container),
                                   .name = name})
              : std::unexpected(written.error());
  if (!published) (void)RemoveTreeAt(incoming_fd->get(), work->name);
  return published;
}

Status RemoveBundle(const std::string& store, const std::string& incoming,
                    const std::string& container_dir, const std::string& name) {
  auto store_fd = OpenStore(store);
  if (!store_fd) return std::unexpected(store_fd.error());
  const std::string container_path = store + "/" + container_dir;
  const auto container = OpenDirectory(store_fd->get(), container_dir);
  if (!container) return Below(store, container.error());
  const auto incoming_fd = OpenOwned(store_fd->get(), incoming, store + "/" + incoming);
  if (!incoming_fd) return std::unexpected(incoming_fd.error());
  const auto bundle = OpenDirectory(container->get(), name);
  if (!bundle) return Below(container_path, bundle.error());
  // Before it is where a sweep looks, which would delete beside us. Nothing is made: a disk that is
  // full to the last inode has to be able to give a bundle away.
  if (auto locked = Lock(*bundle, container_path + "/" + name); !locked) return locked;
  const std::string trash = UniqueName();
  if (renameat(container->get(), name.c_str(), incoming_fd->get(), trash.c_str()) != 0) {
    return SystemError(container_path + "/" + name, "cannot be removed");
  }
  auto deleted = RemoveTreeAt(incoming_fd->get(), trash);
  if (!deleted) deleted = Below(store + "/" + incoming, deleted.error());
  // Fails where there are others, as it should.
  (void)unlinkat(store_fd->get(), container_dir.c_str(), AT_REMOVEDIR);
  return deleted;
}

bool IsBeingWritten(int incoming_fd, const std::string& name) {
  const auto dir = OpenDirectory(incoming_fd, name);
  if (!dir) return false;
  return flock(dir->get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace headroom
