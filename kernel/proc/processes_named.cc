#include "kernel/proc/processes_named.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <string>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kMostBytes = 64;

/// Which PID namespace a process is in; empty: not known.
std::string PidNamespace(const HostView& host, std::string_view process) {
  std::array<char, 64> target{};
  const std::string path = fmt::format("{}/{}/ns/pid", host.proc, process);
  const ssize_t size = readlink(path.c_str(), target.data(), target.size());
  return size < 0 ? "" : std::string(target.data(), static_cast<std::size_t>(size));
}

bool HasName(const HostView& host, const std::string& pid, std::string_view comm) {
  const auto name = ReadFileAt(AT_FDCWD, fmt::format("{}/{}/comm", host.proc, pid), kMostBytes);
  return name && Trimmed(*name) == comm;
}

/// Of one in a container the same name says nothing.
bool IsHere(const HostView& host, const std::string& pid) {
  struct stat info{};
  return stat(fmt::format("{}/{}", host.proc, pid).c_str(), &info) == 0 &&
         info.st_uid == geteuid() && PidNamespace(host, pid) == PidNamespace(host, "self");
}

}  // namespace

std::vector<pid_t> ProcessesNamed(const HostView& host, std::string_view comm) {
  const auto fd = OpenAt(AT_FDCWD, host.proc, O_RDONLY | O_DIRECTORY);
  const auto names = fd ? ListDirectory(fd->get(), host.proc) : std::vector<std::string>{};
  std::vector<pid_t> found;
  if (!names) return found;
  for (const std::string& name : *names) {
    const auto pid = ParseUint64(name);
    if (!pid || *pid > static_cast<std::uint64_t>(std::numeric_limits<pid_t>::max())) continue;
    if (HasName(host, name, comm) && IsHere(host, name)) found.push_back(static_cast<pid_t>(*pid));
  }
  return found;
}

}  // namespace headroom
