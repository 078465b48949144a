#include <fmt/format.h>
#include <sys/stat.h>

#include "base/text.h"
#include "container/running/running_facts.h"

namespace headroom {
namespace {

constexpr int kMaxGenerations = 64;
/// A container that is a system of its own (systemd inside) makes a few levels.
constexpr int kMaxLevels = 8;

/// Which pid namespace a process lies in; nullopt when that may not be seen.
struct Namespace {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const Namespace&) const = default;
};

std::optional<Namespace> PidNamespaceOf(const HostView& host, pid_t pid) {
  struct stat info{};
  if (stat(fmt::format("{}/{}/ns/pid", host.proc, pid).c_str(), &info) != 0) return std::nullopt;
  return Namespace{.device = info.st_dev, .inode = info.st_ino};
}

/// Tells the container's processes from others.
class Membership {
 public:
  Membership(const HostView& host, pid_t init, pid_t self)
      : host_(host), init_(init), own_namespace_(PidNamespaceOf(host, init)) {
    if (own_namespace_ == PidNamespaceOf(host, self)) own_namespace_.reset();
  }

  /// A process that ended meanwhile is nobody's concern.
  [[nodiscard]] bool Includes(pid_t pid) const {
    for (int generation = 0; generation < kMaxGenerations; ++generation) {
      if (pid == init_) return true;
      if (pid <= 1) return false;
      if (own_namespace_ && PidNamespaceOf(host_, pid) == own_namespace_) return true;
      const auto stat = ReadProcessStat(host_, pid);
      if (!stat) return stat.error().code == ErrorCode::kGone;
      pid = stat->parent;
    }
    return false;
  }

 private:
  const HostView& host_;
  pid_t init_;
  std::optional<Namespace> own_namespace_;
};

std::string ForeignIn(const HostView& host, const CgroupDir& cgroup, const Membership& members,
                      int level) {
  const auto text = cgroup.Read("cgroup.procs");
  const auto pids = text ? ParseCgroupProcs(*text) : std::unexpected(text.error());
  if (!pids) return fmt::format("its processes cannot be listed: {}", pids.error().Message());
  for (const int pid : *pids) {
    if (members.Includes(pid)) continue;
    return fmt::format("its cgroup also holds process {}, which is not the container's", pid);
  }
  if (level >= kMaxLevels) return {};
  for (const std::string& name : cgroup.Children(CgroupDir::kAll).value_or(SomeNames{}).names) {
    const auto child = CgroupDir::Open(host, cgroup.path() + "/" + name);
    if (!child) continue;
    std::string foreign = ForeignIn(host, *child, members, level + 1);
    if (!foreign.empty()) return foreign;
  }
  return {};
}

}  // namespace

std::string WhyNotOwnRunningCgroup(const HostView& host, const CgroupDir& cgroup, pid_t init,
                                   pid_t self) {
  if (cgroup.path() == "/") return "it runs in the root cgroup";
  return ForeignIn(host, cgroup, Membership(host, init, self), 0);
}

}  // namespace headroom
