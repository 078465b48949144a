#pragma once

#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/program.h"
#include "container/enrolment/registry_dir.h"
#include "container/testing/fake_host.h"

namespace headroom {

/// A machine on which one container runs that docker would call "shop", in 64 MiB, with a /dev/shm
/// of as much; and the program with its streams caught.
class JudgedMachine {
 public:
  JudgedMachine() {
    // As it is behind pivot_root.
    host_.SetMounts(FakeHost::kInit, {FakeHost::RootMount("0:99"),
                                      "30 21 0:77 / /dev/shm rw - tmpfs shm rw,size=65536k"});
  }

  struct Ran {
    int status = -1;
    std::string out;
    std::string err;
  };
  [[nodiscard]] Ran Run(std::vector<std::string> arguments, bool root = true) const {
    std::ostringstream out;
    std::ostringstream err;
    const Environment environment{.paths = {.run_dir = path("run/headroom"),
                                            .store_dir = path("store"),
                                            .config_dir = path("etc")},
                                  .host = host_.view(),
                                  .runtime_dir = path("run"),
                                  .self = FakeHost::kHook,
                                  .uid = 0,
                                  .out = out,
                                  .err = err,
                                  .terminal = false,
                                  .root = root,
                                  .ask_systemd = ask_systemd};
    const int status = RunProgram(environment, std::move(arguments));
    return {status, out.str(), err.str()};
  }

  std::function<Result<UnitState>(const std::string& unit)> ask_systemd;

  [[nodiscard]] std::string path(const std::string& name) const {
    return host_.path() + "/" + name;
  }
  void Write(const std::string& name, const std::string& text) const { host_.Write(name, text); }
  [[nodiscard]] const FakeHost& host() const { return host_; }

  /// As the hook would have enrolled it.
  [[nodiscard]] Enrolment Enrolled(const std::string& id, pid_t pid) const {
    Enrolment enrolment;
    enrolment.id = id;
    enrolment.engine = "docker";
    enrolment.name = "shop";
    enrolment.boot_id = FakeHost::kBootId;
    enrolment.init = {.pid = pid, .start_ticks = FakeHost::kInitStart};
    enrolment.cgroup.path = FakeHost::kCgroup;
    enrolment.cgroup.inode = 5;
    enrolment.own_cgroup = true;
    return enrolment;
  }
  void Enrol(const Enrolment& enrolment) const {
    (void)RegistryDir(path("run/headroom")).Add(enrolment).value();
  }
  void EnrolShop() const { Enrol(Enrolled("3f1c9a", FakeHost::kInit)); }

  /// crun's state of a container that nobody enrolled.
  void RunUnderCrun(const std::string& id, pid_t pid) const {
    Write("run/crun/" + id + "/status",
          fmt::format(R"({{"pid": {}, "process-start-time": {}, "bundle": "{}"}})", pid,
                      FakeHost::kInitStart, path("bundle")));
  }

  /// A second one like the first.
  void AddInit(pid_t pid) const {
    host_.AddProcess(pid, "eat", 1, FakeHost::kInitStart, FakeHost::kCgroup);
    host_.SetMounts(pid, {FakeHost::RootMount("8:1")});
  }

 private:
  FakeHost host_;
};

/// A config.json that asks for what every rule wants and can be judged for without a host.
inline constexpr const char* kGoodConfig = R"({
  "process": {"args": ["/app"], "oomScoreAdj": 0,
              "rlimits": [{"type": "RLIMIT_MEMLOCK", "soft": 65536, "hard": 65536}]},
  "root": {"path": "rootfs"},
  "mounts": [{"destination": "/dev/shm", "type": "tmpfs", "options": ["size=64m"]}],
  "linux": {"resources": {"memory": {"limit": 536870912, "swap": 536870912},
                          "pids": {"limit": 200},
                          "unified": {"memory.oom.group": "1"}}}
})";

inline constexpr const char* kBadConfig = R"({
  "process": {"args": ["java", "-Xmx1g", "-jar", "/app.jar"], "oomScoreAdj": -1000},
  "root": {"path": "rootfs"},
  "mounts": [{"destination": "/dev/shm", "type": "tmpfs", "options": ["size=2g"]}],
  "linux": {"resources": {"memory": {"limit": 536870912, "swap": 536870912},
                          "pids": {"limit": 200},
                          "unified": {"memory.oom.group": "1"}}}
})";

}  // namespace headroom
