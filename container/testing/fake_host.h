#pragma once

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/testing/temporary_directory.h"
#include "container/facts/facts.h"
#include "kernel/host_view.h"

namespace headroom {

/// A /proc and a cgroup v2 tree of plain files, for one test. It cannot play what only a kernel
/// does (removed cgroups, refused writes); the integration tests are for that.
class FakeHost {
 public:
  static constexpr pid_t kInit = 4321;
  static constexpr pid_t kHook = 700;
  static constexpr pid_t kRuntime = 600;
  static constexpr pid_t kEngine = 500;
  static constexpr std::uint64_t kInitStart = 99887;
  static constexpr const char* kBootId = "6f1b7c0e-1111-2222-3333-444455556666";

  /// A host on which the container `kInit` runs in `/box.slice/web`, limited to 64 MiB, with
  /// a /dev/shm of 64 MiB, started by runc under containerd's shim.
  FakeHost() {
    tree_.Write("proc/sys/kernel/random/boot_id", std::string(kBootId) + "\n");
    tree_.Write("cg/cgroup.controllers", "cpu memory pids\n");
    AddProcess(kEngine, "containerd-shim", 1, 10, "/engine.service");
    AddProcess(kRuntime, "runc", kEngine, 20, "/engine.service");
    AddProcess(kHook, "headroom-hook", kRuntime, 30, "/engine.service");
    AddProcess(kInit, "runc:[2:INIT]", kRuntime, kInitStart, kCgroup);
    AddCgroup("/box.slice", "max", "max");
    AddCgroup(kCgroup, "67108864", "max");
    SetProcs(kCgroup, fmt::format("{}\n", kInit));
    SetMounts(kInit, {RootMount("8:1"), ShmMount("0:77", "rw,size=65536k")});
    SetMounts(kHook, {RootMount("8:1")});
    Write(fmt::format("proc/{}/limits", kInit),
          "Limit                     Soft Limit           Hard Limit           Units     \n"
          "Max locked memory         8388608              8388608              bytes     \n");
    Write(fmt::format("proc/{}/oom_score_adj", kInit), "-5\n");
    Write(
        "proc/meminfo",
        "MemTotal:        2097152 kB\nSwapTotal:             0 kB\nHugetlb:               0 kB\n");
    Write("proc/sys/vm/dirty_ratio", "20\n");
    Write("proc/sys/vm/dirty_bytes", "0\n");
    Write("proc/sys/vm/dirty_background_ratio", "10\n");
    Write("proc/sys/vm/dirty_background_bytes", "0\n");
    mkdir((path() + "/run").c_str(), 0700);
  }

  static constexpr const char* kCgroup = "/box.slice/web";

  [[nodiscard]] const std::string& path() const { return tree_.path(); }
  [[nodiscard]] std::string bundle() const { return path() + "/bundle"; }
  [[nodiscard]] HostView view() const {
    return {.proc = path() + "/proc", .cgroup_root = path() + "/cg"};
  }
  [[nodiscard]] HookSurroundings surroundings() const {
    return {.host = view(),
            .self = kHook,
            .runtime = kRuntime,
            .uid = 0,
            .run_dir = path() + "/run",
            .host_shm = path() + "/host-shm",
            .run_systemd = path() + "/systemd",
            .run_user = path() + "/user"};
  }

  void Write(const std::string& name, const std::string& bytes) const { tree_.Write(name, bytes); }

  void AddProcess(pid_t pid, const std::string& comm, pid_t parent, std::uint64_t start,
                  const std::string& cgroup, char state = 'S') const {
    const std::string folder = fmt::format("proc/{}/", pid);
    Write(
        folder + "stat",
        fmt::format("{} ({}) {} {} 1 1 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 {} 1000 100 "
                    "18446744073709551615 1 1 0 0 0 0 0 0 0 1 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
                    pid, comm, state, parent, start));
    SetCgroup(pid, "0::" + cgroup + "\n");
  }
  void SetCgroup(pid_t pid, const std::string& text) const {
    Write(fmt::format("proc/{}/cgroup", pid), text);
  }

  void AddCgroup(const std::string& cgroup, const std::string& max, const std::string& high) const {
    const std::string folder = "cg" + cgroup + "/";
    Write(folder + "cgroup.controllers", "memory pids\n");
    Write(folder + "memory.max", max + "\n");
    Write(folder + "memory.high", high + "\n");
    Write(folder + "memory.swap.max", "0\n");
    Write(folder + "memory.oom.group", "0\n");
    Write(folder + "memory.min", "0\n");
    Write(folder + "memory.low", "0\n");
    Write(folder + "pids.max", "max\n");
    Write(folder + "memory.current", "1048576\n");
    Write(folder + "memory.events", "low 0\nhigh 0\nmax 3\noom 0\noom_kill 0\noom_group_kill 0\n");
    Write(folder + "memory.events.local", "low 0\nhigh 0\nmax 3\noom 0\noom_kill 0\n");
    SetProcs(cgroup, "");
  }
  void SetProcs(const std::string& cgroup, const std::string& text) const {
    Write("cg" + cgroup + "/cgroup.procs", text);
  }

  [[nodiscard]] static std::string RootMount(const std::string& device) {
    return fmt::format("21 1 {} / / rw,relatime - ext4 /dev/sda1 rw", device);
  }
  [[nodiscard]] std::string ShmMount(const std::string& device, const std::string& super) const {
    return fmt::format("90 21 {} / {}/rootfs/dev/shm rw,nosuid,nodev,noexec - tmpfs shm {}", device,
                       bundle(), super);
  }
  void SetMounts(pid_t pid, const std::vector<std::string>& lines) const {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    Write(fmt::format("proc/{}/mountinfo", pid), text);
  }

  /// As runc writes it for that container.
  [[nodiscard]] OciState state() const {
    OciState state;
    state.id = "web";
    state.status = "creating";
    state.pid = kInit;
    state.bundle = bundle();
    return state;
  }
  [[nodiscard]] static OciConfig config() {
    OciConfig config;
    config.root_path = "rootfs";
    return config;
  }

 private:
  TemporaryDirectory tree_;
};

}  // namespace headroom
