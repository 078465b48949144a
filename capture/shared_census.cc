#include "capture/shared_census.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <utility>
#include <vector>

#include "base/directory.h"
#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "kernel/mount/mountinfo.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

namespace headroom {
namespace {

constexpr std::size_t kMostOfOne = 1024;
constexpr std::size_t kMostOfAll = 8192;
constexpr std::size_t kMostPieces = 64;
constexpr std::size_t kMostOwners = 16;
constexpr std::size_t kFdinfoBytes = 65536;
constexpr std::string_view kDeleted = " (deleted)";

/// All memfds of a kernel lie on one mount that nobody else can put anything on. A memfd of our own
/// tells which one that is.
std::optional<std::uint64_t> MemfdMount(const HostView& host) {
  // Kernels from 6.3 on log about one that says nothing of execution; earlier ones refuse the flag.
  int fd = memfd_create("headroom", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
  if (fd < 0) fd = memfd_create("headroom", MFD_CLOEXEC);
  if (fd < 0) return std::nullopt;
  const UniqueFd own(fd);
  const auto text =
      ReadFileAt(AT_FDCWD, fmt::format("{}/self/fdinfo/{}", host.proc, fd), kFdinfoBytes);
  return text ? ParseMountId(*text) : std::nullopt;
}

std::set<std::uint64_t> TmpfsMountsOf(const HostView& host, pid_t pid) {
  std::set<std::uint64_t> ids;
  const auto mounts = ReadMountinfo(host, pid);
  if (!mounts) return ids;
  for (const Mount& mount : *mounts) {
    if (mount.type == "tmpfs") ids.insert(mount.id);
  }
  return ids;
}

std::optional<std::string> ReadLink(int dir_fd, const std::string& name) {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t length = readlinkat(dir_fd, name.c_str(), buffer.data(), buffer.size());
  if (length <= 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(length));
}

Bytes Larger(const std::optional<Bytes>& left, Bytes right) {
  return std::max(left.value_or(Bytes{}), right);
}

}  // namespace

std::optional<SharedName> ParseSharedName(std::string_view path) {
  constexpr std::string_view kMemfd = "/memfd:";
  constexpr std::string_view kSysv = "/SYSV";
  constexpr std::string_view kNamed = "[anon_shmem:";
  if (path.starts_with(kNamed) && path.ends_with(']')) {
    path = path.substr(kNamed.size());
    return SharedName{"anonymous", std::string(path.substr(0, path.size() - 1))};
  }
  if (!path.ends_with(kDeleted)) return std::nullopt;
  path.remove_suffix(kDeleted.size());
  if (path.starts_with(kMemfd)) return SharedName{"memfd", std::string(path.substr(kMemfd.size()))};
  if (path == "/dev/zero") return SharedName{"anonymous", ""};
  const bool sysv = path.size() == kSysv.size() + 8 && path.starts_with(kSysv);
  if (sysv) return SharedName{"sysv", std::string(path.substr(kSysv.size()))};
  return SharedName{"deleted", std::string(path)};
}

std::optional<std::uint64_t> ParseMountId(std::string_view fdinfo) {
  constexpr std::string_view kKey = "mnt_id:";
  while (const auto line = TakeLine(fdinfo)) {
    if (line->starts_with(kKey)) return ParseUint64(Trimmed(line->substr(kKey.size())));
  }
  return std::nullopt;
}

SharedCensus::SharedCensus(const HostView& host) : host_(host), memfd_mount_(MemfdMount(host)) {}

bool SharedCensus::IsSafe(int pid, const std::string& number) const {
  const auto text =
      ReadFileAt(AT_FDCWD, fmt::format("{}/{}/fdinfo/{}", host_.proc, pid, number), kFdinfoBytes);
  const auto mount = text ? ParseMountId(*text) : std::nullopt;
  return mount && (mount == memfd_mount_ || tmpfs_mounts_.contains(*mount));
}

SharedPiece& SharedCensus::Find(const ProcessRow& row, const Key& key) {
  const auto [found, is_new] = pieces_.try_emplace(key);
  SharedPiece& piece = found->second;
  if (is_new) std::tie(piece.kind, piece.name, piece.inode) = key;
  if (owners_.emplace(key, row.id.pid).second) {
    ++piece.total_owners;
    if (piece.owners.size() < kMostOwners) {
      piece.owners.push_back({.pid = row.id.pid, .comm = row.comm});
    }
  }
  return piece;
}

void SharedCensus::AddLink(const ProcessRow& row, int fd_dir, const std::string& number) {
  const auto link = ReadLink(fd_dir, number);
  auto name = link ? ParseSharedName(*link) : std::nullopt;
  if (!name || (name->kind != "memfd" && name->kind != "deleted")) return;
  if (!IsSafe(row.id.pid, number)) return;
  struct statx info{};
  constexpr unsigned kWanted = STATX_SIZE | STATX_BLOCKS | STATX_INO | STATX_TYPE;
  if (statx(fd_dir, number.c_str(), AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, kWanted, &info) != 0 ||
      !S_ISREG(info.stx_mode)) {
    return;
  }
  SharedPiece& piece = Find(row, {std::string(name->kind), std::move(name->name), info.stx_ino});
  piece.size = Bytes{info.stx_size};
  piece.allocated = Bytes{info.stx_blocks * 512};
}

void SharedCensus::AddDescriptors(ProcessRow& row, BootTime deadline) {
  if (descriptors_ >= kMostOfAll || NowBoot() > deadline) {
    truncated_ = true;
    return;
  }
  const std::string path = fmt::format("{}/{}/fd", host_.proc, row.id.pid);
  const auto directory = OpenDirectory(AT_FDCWD, path);
  if (!directory) return;
  const auto numbers = ListSome(directory->get(), path, kMostOfOne);
  if (!numbers) return;
  row.fds = numbers->names.size();
  row.fds_truncated = numbers->more;
  truncated_ = truncated_ || numbers->more;
  tmpfs_mounts_ = TmpfsMountsOf(host_, row.id.pid);
  for (const std::string& number : numbers->names) {
    if (++descriptors_ > kMostOfAll || NowBoot() > deadline) {
      truncated_ = true;
      return;
    }
    AddLink(row, directory->get(), number);
  }
}

void SharedCensus::AddMappings(const ProcessRow& row, const Smaps& smaps) {
  truncated_ = truncated_ || smaps.truncated;
  struct Mapped {
    Bytes size;
    Bytes resident;
  };
  std::map<Key, Mapped> mapped;
  for (const Mapping& mapping : smaps.mappings) {
    auto name = ParseSharedName(mapping.name);
    // What a deleted file of another kind of file system takes is not shared memory.
    if (!name || name->kind == "deleted") continue;
    Mapped& sum = mapped[{std::string(name->kind), std::move(name->name), mapping.inode}];
    sum.size = sum.size + Bytes{mapping.end - mapping.start};
    sum.resident = sum.resident + mapping.rss.value_or(Bytes{});
  }
  for (const auto& [key, sum] : mapped) {
    const bool known = pieces_.contains(key) && std::get<0>(key) == "memfd";
    SharedPiece& piece = Find(row, key);
    if (known) continue;  // its own figures are better than what is mapped of it
    piece.size = Larger(piece.size, sum.size);
    piece.allocated = Larger(piece.allocated, sum.resident);
  }
}

SharedMemory SharedCensus::Take() {
  SharedMemory memory{.pieces = {}, .total = pieces_.size(), .truncated = truncated_};
  for (auto& [key, piece] : pieces_) {
    std::ranges::sort(piece.owners, {}, &SharedOwner::pid);
    memory.pieces.push_back(std::move(piece));
  }
  std::ranges::stable_sort(memory.pieces, [](const SharedPiece& left, const SharedPiece& right) {
    return left.allocated.value_or(Bytes{}) > right.allocated.value_or(Bytes{});
  });
  if (memory.pieces.size() > kMostPieces) memory.pieces.resize(kMostPieces);
  return memory;
}

}  // namespace headroom
