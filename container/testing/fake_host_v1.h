#pragma once

#include <fmt/format.h>

#include <string>

#include "container/testing/fake_host.h"

namespace headroom {

/// The host of FakeHost with its memory controller on cgroup v1: the same container in the same
/// cgroup, of 64 MiB and 32 MiB of swap, in a hierarchy of its own.
class FakeHostV1 : public FakeHost {
 public:
  FakeHostV1() {
    Write("proc/mounts", fmt::format("cgroup {}/memory cgroup rw,memory 0 0\n", path()));
    for (const pid_t pid : {kEngine, kRuntime, kHook}) SetMemoryCgroup(pid, "/engine.service");
    SetMemoryCgroup(kInit, kCgroup);
    AddCgroupV1("/box.slice", "9223372036854771712");
    AddCgroupV1(kCgroup, "67108864");
    Write(std::string("memory") + kCgroup + "/memory.memsw.limit_in_bytes", "100663296\n");
    Write(std::string("memory") + kCgroup + "/memory.memsw.usage_in_bytes", "1048576\n");
    SetProcsV1(kCgroup, fmt::format("{}\n", kInit));
  }

  /// As a program has it that starts there.
  [[nodiscard]] HostView view() const {
    return {.proc = path() + "/proc", .cgroup_root = path() + "/memory"};
  }
  [[nodiscard]] HookSurroundings surroundings() const {
    HookSurroundings surroundings = FakeHost::surroundings();
    surroundings.host = view();
    return surroundings;
  }

  void SetMemoryCgroup(pid_t pid, const std::string& cgroup) const {
    SetCgroup(pid, fmt::format("5:pids:/elsewhere\n4:memory:{}\n0::/unified\n", cgroup));
  }
  void SetProcsV1(const std::string& cgroup, const std::string& text) const {
    Write("memory" + cgroup + "/cgroup.procs", text);
  }
  void AddCgroupV1(const std::string& cgroup, const std::string& limit) const {
    const std::string folder = "memory" + cgroup + "/";
    Write(folder + "tasks", "");
    Write(folder + "cgroup.event_control", "");
    Write(folder + "memory.limit_in_bytes", limit + "\n");
    Write(folder + "memory.usage_in_bytes", "1048576\n");
    Write(folder + "memory.failcnt", "2\n");
    Write(folder + "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
    Write(folder + "memory.stat",
          "cache 0\nrss 0\ntotal_cache 4096\ntotal_rss 900000\ntotal_shmem 4096\n");
    Write(folder + "memory.kmem.usage_in_bytes", "8192\n");
    SetProcsV1(cgroup, "");
  }
};

}  // namespace headroom
