#include "supervisor/watch/sender.h"

#include <fmt/format.h>
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

/// /proc has a directory for each thread, though it lists those of processes alone.
std::optional<pid_t> ProcessOf(const HostView& host, pid_t thread, const std::string& comm) {
  const auto stat = ReadProcessStat(host, thread);
  if (!stat || (!comm.empty() && stat->comm != comm)) return std::nullopt;
  const auto text = ReadProcessFile(host, thread, "status", kLargestProcFile);
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

std::string_view LastComponent(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

SignalSender LookAtSender(const HostView& host, pid_t thread, const std::string& traced_comm) {
  SignalSender sender;
  sender.process = {.pid = thread, .comm = traced_comm, .exe = ""};
  const auto pid = ProcessOf(host, thread, traced_comm);
  if (!pid) return sender;
  auto stat = ReadProcessStat(host, *pid);
  if (!stat) return sender;
  sender.seen = true;
  sender.process = {.pid = *pid, .comm = std::move(stat->comm), .exe = ReadExe(host, *pid)};
  if (auto cgroup = ReadProcessCgroup(host, *pid); cgroup && cgroup->v2) {
    sender.cgroup = *std::move(cgroup->v2);
    sender.unit = UnitOf(sender.cgroup);
  }
  sender.parents = ParentsOf(host, stat->parent);
  return sender;
}

std::string UnitOf(std::string_view path) {
  const auto components = Split(path, '/');
  const auto unit = std::find_if(components.rbegin(), components.rend(), [](std::string_view name) {
    return name.ends_with(".service") || name.ends_with(".scope");
  });
  return unit == components.rend() ? "" : std::string(*unit);
}

std::string HandOf(const SignalSender& sender) {
  constexpr std::array<std::string_view, 9> kHands = {"runc",   "crun",      "youki",
                                                      "conmon", "conmonrs",  "docker-init",
                                                      "tini",   "catatonit", "dumb-init"};
  const std::string_view exe = LastComponent(sender.process.exe);
  // A program that runs from memory, as runc may, is known by its name alone.
  const bool from_file = !exe.empty() && !sender.process.exe.starts_with("/memfd:");
  const std::string_view name = from_file ? exe : std::string_view(sender.process.comm);
  if (std::ranges::find(kHands, name) != kHands.end()) return std::string(name);
  return name.starts_with("containerd-shim") ? "containerd-shim" : "";
}

}  // namespace headroom
