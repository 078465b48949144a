#include "container/enrolment/registry_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>

#include "base/file.h"
#include "base/text.h"
#include "base/unix_address.h"
#include "container/enrolment/fit_enrolment.h"

namespace headroom {
namespace {

constexpr const char* kEnrolmentFile = "enrolment.json";
constexpr const char* kStoppedFile = "stopped";
constexpr std::chrono::minutes kLongestCall{10};
constexpr mode_t kPrivateDirectory = 0700;
constexpr mode_t kPrivateFile = 0600;

/// An entry that disappeared or never was a directory: no generation, and no failure either.
bool IsNoEntry(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.errno_value == ELOOP;
}

Status CheckOurs(int fd, const std::string& path) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return SystemError(path, "cannot be examined");
  if (info.st_uid != geteuid()) {
    return MakeError(ErrorCode::kDenied, path,
                     fmt::format("belongs to user {}, expected {}", info.st_uid, geteuid()));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return MakeError(ErrorCode::kDenied, path,
                     fmt::format("may be written by others (mode {:o}), expected 0700; chmod it",
                                 info.st_mode & 07777U));
  }
  return {};
}

/// Opens a directory only if nobody else can have written into it.
Result<UniqueFd> OpenOurDirectory(int dir_fd, const std::string& name, const std::string& path) {
  auto fd = OpenDirectory(dir_fd, name);
  if (!fd) return fd;
  if (auto ours = CheckOurs(fd->get(), path); !ours) return std::unexpected(ours.error());
  return fd;
}

Result<std::string> ReadOurFile(int dir_fd, const std::string& path) {
  auto fd = OpenAt(dir_fd, kEnrolmentFile, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd) {
    fd.error().where = path;
    return std::unexpected(fd.error());
  }
  if (auto ours = CheckOurs(fd->get(), path); !ours) return std::unexpected(ours.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  if (!S_ISREG(info.st_mode) || info.st_nlink != 1) {
    return MakeError(ErrorCode::kDenied, path, "is not a plain file with a single name");
  }
  return ReadToEnd(fd->get(), path, kMaxEnrolmentBytes);
}

/// Moves a finished directory to its place; success when the place is taken already.
Status PutInPlace(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EINVAL || errno == ENOSYS) {
    // A file system without that flag: a directory replaces at most an empty one.
    if (rename(from.c_str(), to.c_str()) == 0) return {};
  }
  if (errno == EEXIST || errno == ENOTEMPTY) {
    return RemoveTreeAt(AT_FDCWD, from);
  }
  return SystemError(to, "cannot be put in place");
}

/// A name that nobody else has, outside of containers/, so that nobody who lists it meets half a
/// generation.
std::string TemporaryPath(const std::string& run_dir) {
  return fmt::format("{}/incoming/{}-{}", run_dir, getpid(), NowBoot().count());
}

/// When a name of TemporaryPath() was given; nullopt: it is none.
std::optional<BootTime> GivenAt(std::string_view name) {
  const std::size_t dash = name.find('-');
  if (dash == std::string_view::npos || !ParseUint64(name.substr(0, dash))) return std::nullopt;
  const auto at = ParseUint64(name.substr(dash + 1));
  if (!at || *at > static_cast<std::uint64_t>(BootTime::max().count())) return std::nullopt;
  return BootTime(static_cast<BootTime::rep>(*at));
}

/// A new directory with the enrolment in it. Its name is nobody else's, and only we may write into
/// the one above it.
Status BuildGeneration(const std::string& dir, std::string_view enrolment) {
  // The directory above is made once for a boot, so that making this one nearly always succeeds.
  if (mkdir(dir.c_str(), kPrivateDirectory) != 0) {
    if (errno != ENOENT) return SystemError(dir, "cannot be made");
    if (auto made = MakeDirectories(dir, kPrivateDirectory); !made) return made;
  }
  return CreateFileAt(AT_FDCWD, dir + "/" + kEnrolmentFile, enrolment, kPrivateFile,
                      Durability::kNone);
}

bool HasEnded(const ProcessStat& stat) { return stat.state == 'Z' || stat.state == 'X'; }

bool IsDead(const HostView& host, const ProcessId& init) {
  const auto stat = ReadProcessStat(host, init.pid);
  if (!stat) return stat.error().code == ErrorCode::kGone;
  return stat->id != init || HasEnded(*stat);
}

/// Whether no process lives that was started in that clock tick of this boot; false where that
/// cannot be told.
bool NobodyIsFrom(const HostView& host, std::uint64_t start_ticks) {
  const auto fd = OpenAt(AT_FDCWD, host.proc, O_RDONLY | O_DIRECTORY);
  const auto names = fd ? ListDirectory(fd->get(), host.proc) : std::unexpected(fd.error());
  if (!names) return false;
  return std::ranges::none_of(*names, [&](const std::string& name) {
    const auto pid = ParseUint64(name);
    if (!pid || *pid > INT_MAX) return false;
    const auto stat = ReadProcessStat(host, static_cast<pid_t>(*pid));
    if (!stat) return stat.error().code != ErrorCode::kGone;
    return stat->id.start_ticks == start_ticks && !HasEnded(*stat);
  });
}

/// Of a record that nobody can read only the name of its directory is left, and in that, of the
/// init, only when it was started.
bool IsDeadByName(const HostView& host, const std::string& generation_key) {
  const auto ticks =
      ParseUint64(std::string_view(generation_key).substr(generation_key.rfind('-') + 1));
  return ticks && NobodyIsFrom(host, *ticks);
}

/// Ours, but no enrolment that this version reads.
bool IsUnreadable(const Error& error) {
  return error.code == ErrorCode::kMalformed || error.code == ErrorCode::kTooLarge;
}

bool Exists(const std::string& path) {
  return faccessat(AT_FDCWD, path.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

Result<std::vector<std::string>> VisibleNames(int dir_fd, const std::string& name,
                                              const std::string& path) {
  auto fd = OpenDirectory(dir_fd, name);
  if (!fd) return std::unexpected(fd.error());
  auto names = ListDirectory(fd->get(), path);
  if (names) std::erase_if(*names, [](const std::string& leaf) { return leaf.starts_with('.'); });
  return names;
}

}  // namespace

Result<std::string> RegistryDir::Add(const Enrolment& enrolment) const {
  const std::string container = containers_dir() + "/" + enrolment.ContainerKey();
  std::string generation = container + "/" + enrolment.GenerationKey();
  const auto text = SerializeToFit(enrolment);
  if (!text) return std::unexpected(text.error());
  const std::string temporary = TemporaryPath(run_dir_);
  auto done = BuildGeneration(temporary, *text);
  // The supervisor may remove the container's directory, empty for a moment, in between.
  for (int attempt = 0; done && attempt < 3; ++attempt) {
    done = MakeDirectories(container, kPrivateDirectory);
    if (!done) break;
    done = PutInPlace(temporary, generation);
    if (done) return generation;
    if (done.error().code != ErrorCode::kNotFound) break;
    done = attempt < 2 ? Status{} : done;
  }
  (void)RemoveTreeAt(AT_FDCWD, temporary);
  return std::unexpected(done.error());
}

Status RegistryDir::SweepIncoming(BootTime now) const {
  const std::string path = run_dir_ + "/incoming";
  const auto incoming = OpenOurDirectory(AT_FDCWD, path, path);
  if (!incoming) return IsNoEntry(incoming.error()) ? Status{} : std::unexpected(incoming.error());
  const auto names = ListDirectory(incoming->get(), path);
  if (!names) return std::unexpected(names.error());
  Status all;
  for (const std::string& name : *names) {
    const auto given = GivenAt(name);
    if (!given || now - *given < kLongestCall) continue;
    if (auto removed = RemoveTreeAt(incoming->get(), name); !removed) all = std::move(removed);
  }
  return all;
}

bool RegistryDir::Has(const Enrolment& enrolment) const {
  return Exists(fmt::format("{}/{}/{}/{}", containers_dir(), enrolment.ContainerKey(),
                            enrolment.GenerationKey(), kEnrolmentFile));
}

Result<std::vector<RegistryDir::Entry>> RegistryDir::List() const { return ListEndingWith(""); }

Result<std::vector<RegistryDir::Entry>> RegistryDir::ListEndingWith(
    std::string_view key_suffix) const {
  std::vector<Entry> entries;
  const std::string top = containers_dir();
  const auto containers = VisibleNames(AT_FDCWD, top, top);
  if (!containers) {
    if (containers.error().code == ErrorCode::kNotFound) return entries;
    return std::unexpected(containers.error());
  }
  for (const std::string& key : *containers) {
    if (!key.ends_with(key_suffix)) continue;
    const std::string container = fmt::format("{}/{}", top, key);
    const auto generations = VisibleNames(AT_FDCWD, container, container);
    if (!generations && IsNoEntry(generations.error())) continue;
    if (!generations) return std::unexpected(generations.error());
    for (const std::string& generation : *generations) {
      const std::string path = fmt::format("{}/{}", container, generation);
      if (Exists(path + "/" + kEnrolmentFile)) {
        entries.push_back({.container_key = key, .generation_key = generation, .path = path});
      }
    }
  }
  return entries;
}

Result<UniqueFd> RegistryDir::Open(const Entry& entry) const {
  const std::string containers = containers_dir();
  auto top = OpenOurDirectory(AT_FDCWD, containers, containers);
  if (!top) return top;
  const std::string key_path = containers + "/" + entry.container_key;
  auto container = OpenOurDirectory(top->get(), entry.container_key, key_path);
  if (!container) return container;
  return OpenOurDirectory(container->get(), entry.generation_key, entry.path);
}

Result<Enrolment> RegistryDir::Read(const Entry& entry) const {
  const auto directory = Open(entry);
  if (!directory) return std::unexpected(directory.error());
  const std::string path = entry.path + "/" + kEnrolmentFile;
  const auto text = ReadOurFile(directory->get(), path);
  if (!text) return std::unexpected(text.error());
  auto enrolment = ParseEnrolment(*text, path);
  if (enrolment && (enrolment->ContainerKey() != entry.container_key ||
                    enrolment->GenerationKey() != entry.generation_key)) {
    return Malformed(path, "describes another container than its directory is named after");
  }
  if (enrolment && enrolment->init.pid == 0) {
    return Malformed(path, "has no init, which whoever is enrolled has");
  }
  return enrolment;
}

Result<int> RegistryDir::MarkStopped(const HostView& host, std::string_view id) const {
  const auto entries = ListEndingWith("-" + EncodedContainerId(id));
  if (!entries) return std::unexpected(entries.error());
  int marked = 0;
  for (const Entry& entry : *entries) {
    if (IsStopped(entry)) continue;
    const auto enrolment = Read(entry);
    if (!enrolment && IsUnreadable(enrolment.error()) && IsDeadByName(host, entry.generation_key)) {
      if (auto removed = Remove(entry); !removed) return std::unexpected(removed.error());
    }
    if (!enrolment || enrolment->id != id || !IsDead(host, enrolment->init)) continue;
    const auto made = CreateFileAt(AT_FDCWD, entry.path + "/" + kStoppedFile, "", kPrivateFile,
                                   Durability::kNone);
    if (made) ++marked;
    if (!made && !IsNoEntry(made.error()) && made.error().code != ErrorCode::kExists) {
      return std::unexpected(made.error());
    }
  }
  return marked;
}

bool RegistryDir::IsStopped(const Entry& entry) const {
  return Exists(entry.path + "/" + kStoppedFile);
}

RegistryDir::Entry RegistryDir::EntryOf(const Enrolment& enrolment) const {
  Entry entry{.container_key = enrolment.ContainerKey(),
              .generation_key = enrolment.GenerationKey(),
              .path = {}};
  entry.path = fmt::format("{}/{}/{}", containers_dir(), entry.container_key, entry.generation_key);
  return entry;
}

Status RegistryDir::Remove(const Entry& entry) const {
  const std::string container = containers_dir() + "/" + entry.container_key;
  const auto fd = OpenDirectory(AT_FDCWD, container);
  if (!fd) return IsNoEntry(fd.error()) ? Status{} : std::unexpected(fd.error());
  // Put aside in one step: one that lost `accounted` before its enrolment would have its kills told
  // again, and a folder without an enrolment would be taken for a generation that is registered.
  const std::string aside = TemporaryPath(run_dir_);
  if (auto made = MakeDirectories(run_dir_ + "/incoming", kPrivateDirectory); !made) return made;
  if (renameat(fd->get(), entry.generation_key.c_str(), AT_FDCWD, aside.c_str()) == 0) {
    if (auto removed = RemoveTreeAt(AT_FDCWD, aside); !removed) return removed;
  } else if (errno != ENOENT) {
    return SystemError(entry.path, "cannot be removed");
  }
  if (rmdir(container.c_str()) != 0 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT) {
    return SystemError(container, "cannot be removed");
  }
  return {};
}

bool RingDoorbell(const std::string& run_dir) {
  const auto address = UnixAddress::Of(run_dir + "/doorbell");
  if (!address) return false;
  const UniqueFd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.valid()) return false;
  if (sendto(fd.get(), "", 0, MSG_NOSIGNAL, address->get(), UnixAddress::size()) == 0) {
    return true;
  }
  return errno == EAGAIN;  // a full queue: somebody listens, and will look anyway
}

}  // namespace headroom
