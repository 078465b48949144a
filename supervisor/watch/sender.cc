#include "supervisor/watch/sender.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

constexpr std::size_t kMostParents = 4;
constexpr std::size_t kLargestProcFile = 65536;

std::string ReadExe(const HostView& host, pid_t pid) {
  constexpr std::size_t kMostBytes = 1024;
  std::array<char, kMostBytes> path{};
  const std::string link = fmt::format("{}/{}/exe", host.proc, pid);
  const ssize_t size = readlink(link.c_str(), path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : "";
}

/// A tick is cut off: what started in the same one may have been there.
bool StartedBy(const ProcessId& id, BootTime at) {
  constexpr std::uint64_t kBillion = 1'000'000'000;
  const long rate = sysconf(_SC_CLK_TCK);
  const auto ticks_a_second = static_cast<std::uint64_t>(rate > 0 ? rate : 100);
  const auto until = static_cast<std::uint64_t>(std::max<std::int64_t>(at.count(), 0));
  return id.start_ticks <=
         until / kBillion * ticks_a_second + until % kBillion * ticks_a_second / kBillion;
}

/// /proc has a directory for each thread, though it lists those of processes alone.
std::optional<pid_t> ProcessOf(const HostView& host, const TracedSender& traced) {
  const auto stat = ReadProcessStat(host, traced.thread);
  if (!stat || (!traced.comm.empty() && stat->comm != traced.comm)) return std::nullopt;
  if (!StartedBy(stat->id, traced.at)) return std::nullopt;
  const auto text = ReadProcessFile(host, traced.thread, "status", kLargestProcFile);
  if (!text) return std::nullopt;
  const auto status = ParseProcessStatus(*text);
  return status ? status->tgid : std::nullopt;
}

std::vector<NamedProcess> ParentsOf(const HostView& host, pid_t parent) {
  std::vector<NamedProcess> parents;
  while (parent > 1 && parents.size() < kMostParents) {
    auto stat = ReadProcessStat(host, parent);
    if (!stat) break;
    parents.push_back({.pid = parent, .comm = std::move(stat->comm), .exe = ReadExe(host, parent)});
    parent = stat->parent;
  }
  return parents;
}

/// nullopt: it cannot be told.
std::optional<bool> SharesHostsMounts(const HostView& host, pid_t pid) {
  struct stat first{};
  struct stat its{};
  if (stat(fmt::format("{}/1/ns/mnt", host.proc).c_str(), &first) != 0) return std::nullopt;
  if (stat(fmt::format("{}/{}/ns/mnt", host.proc, pid).c_str(), &its) != 0) return std::nullopt;
  return first.st_dev == its.st_dev && first.st_ino == its.st_ino;
}

/// Where systemd keeps its units: on v2, or on v1 in a hierarchy of that name, and in both alike
/// where there are both. Empty: in neither.
std::string CgroupOfUnit(const HostView& host, pid_t pid) {
  const auto text = ReadProcessFile(host, pid, "cgroup", kLargestProcFile);
  std::string found;
  for (std::string_view rest = text ? std::string_view(*text) : std::string_view();;) {
    const auto line = TakeLine(rest);
    if (!line) return found;
    const std::size_t path = line->find(":/");
    const std::string_view before = line->substr(0, path);
    if (path == std::string_view::npos) continue;
    if (before == "0:") return std::string(line->substr(path + 1));
    if (before.ends_with(":name=systemd")) found = line->substr(path + 1);
  }
}

std::string_view LastComponent(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

SignalSender UnseenSender(const TracedSender& traced) {
  SignalSender sender;
  sender.process = {.pid = traced.thread, .comm = traced.comm, .exe = ""};
  return sender;
}

SignalSender LookAtSender(const HostView& host, const TracedSender& traced) {
  SignalSender sender = UnseenSender(traced);
  const auto pid = ProcessOf(host, traced);
  if (!pid) return sender;
  auto stat = ReadProcessStat(host, *pid);
  if (!stat) return sender;
  sender.seen = true;
  sender.process = {.pid = *pid, .comm = std::move(stat->comm), .exe = ReadExe(host, *pid)};
  sender.cgroup = CgroupOfUnit(host, *pid);
  sender.unit = UnitOf(sender.cgroup);
  sender.of_host = SharesHostsMounts(host, *pid);
  sender.parents = ParentsOf(host, stat->parent);
  return sender;
}

std::string UnitOf(std::string_view path) {
  for (const std::string_view name : Split(path, '/')) {
    if (name.ends_with(".service") || name.ends_with(".scope")) return std::string(name);
    if (!name.empty() && !name.ends_with(".slice")) break;
  }
  return "";
}

std::string HandOf(const SignalSender& sender) {
  constexpr std::array<std::string_view, 9> kHands = {"runc",   "crun",      "youki",
                                                      "conmon", "conmonrs",  "docker-init",
                                                      "tini",   "catatonit", "dumb-init"};
  if (!sender.seen || !sender.of_host.value_or(false)) return "";
  const std::string_view exe = LastComponent(sender.process.exe);
  // A program that runs from memory, as runc may, is known by its name alone.
  const bool from_file = !exe.empty() && !sender.process.exe.starts_with("/memfd:");
  const std::string_view name = from_file ? exe : std::string_view(sender.process.comm);
  if (std::ranges::find(kHands, name) != kHands.end()) return std::string(name);
  return name.starts_with("containerd-shim") ? "containerd-shim" : "";
}

}  // namespace headroom
