#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "cli/program.h"

namespace headroom {

/// A machine with engines in a temporary directory: Headroom's programs, Podman, dockerd and runc
/// are there unless a test takes them away.
class EngineMachine {
 public:
  EngineMachine() {
    for (const char* program : {"lib/headroom-hook", "lib/headroom-runtime", "bin/headroom",
                                "bin/podman", "bin/dockerd", "bin/runc"}) {
      MakeProgram(program);
    }
    dir_.Write("proc/self/x", "");
    engines_.hook = Path("lib/headroom-hook");
    engines_.runtime = Path("lib/headroom-runtime");
    engines_.headroom = Path("bin/headroom");
    engines_.unit_dir = Path("etc/systemd/system");
    engines_.docker_config = Path("etc/docker/daemon.json");
    engines_.docker_root = Path("docker");
    engines_.containerd_config = Path("etc/containerd/config.toml");
    engines_.containerd_tasks = Path("tasks");
    engines_.lxc_path = Path("lxc");
    engines_.lxc_common_dir = Path("usr/common.conf.d");
    engines_.crio_config = Path("etc/crio/crio.conf");
    engines_.crio_drop_ins = Path("etc/crio/crio.conf.d");
    engines_.cdi_dir = Path("etc/cdi");
    engines_.usual_hooks_dirs = {Path("usr/hooks.d"), Path("etc/hooks.d")};
    engines_.program_dirs = {Path("bin")};
    SetHooksDirs(Path("usr/hooks.d"));
  }

  struct Ran {
    int status = -1;
    std::string out;
    std::string err;
  };
  [[nodiscard]] Ran Run(std::vector<std::string> arguments, bool root = true) const {
    std::ostringstream out;
    std::ostringstream err;
    const Environment environment{
        .paths = {.run_dir = Path("run"), .store_dir = Path("store"), .config_dir = Path("etc")},
        .host = {.proc = Path("proc"), .cgroup_root = Path("cgroup")},
        .runtime_dir = Path("run"),
        .out = out,
        .err = err,
        .system_store = {},
        .root = root,
        .engines = engines_};
    const int status = RunProgram(environment, std::move(arguments));
    return {status, out.str(), err.str()};
  }

  [[nodiscard]] std::string Path(const std::string& name) const { return dir_.path() + "/" + name; }
  void Write(const std::string& name, const std::string& bytes) const { dir_.Write(name, bytes); }
  void MakeProgram(const std::string& name) const {
    dir_.Write(name, "#!/bin/sh\n");
    (void)chmod(Path(name).c_str(), 0755);
  }
  void Remove(const std::string& name) const { (void)RemoveTreeAt(dir_.fd(), name); }
  [[nodiscard]] std::string Read(const std::string& name) const {
    return ReadFileAt(dir_.fd(), name, 1U << 20U).value_or("no such file");
  }
  [[nodiscard]] bool Exists(const std::string& name) const {
    return faccessat(dir_.fd(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  }
  /// Each file in a folder with what is in it.
  [[nodiscard]] std::map<std::string, std::string> Files(const std::string& folder) const {
    std::map<std::string, std::string> files;
    const auto fd = OpenDirectory(dir_.fd(), folder);
    if (!fd) return files;
    const auto names = ListDirectory(fd->get(), folder);
    for (const std::string& name : *names) files[name] = Read(fmt::format("{}/{}", folder, name));
    return files;
  }

  /// What `podman --help` says is its default, as it prints it.
  void SetHooksDirs(const std::string& row) {
    SetHelp("      --hooks-dir strings   Set the OCI hooks directory path (default [" + row +
            "])\n");
  }
  void SetHelp(const std::string& help) {
    engines_.podman_help = [help]() -> Result<std::string> { return help; };
  }
  /// What `podman container inspect` of all says.
  void SetPodmanContainers(Result<std::string> said) {
    engines_.podman_containers = [said = std::move(said)] { return said; };
  }
  EngineHost& engines() { return engines_; }

 private:
  TemporaryDirectory dir_;
  EngineHost engines_;
};

}  // namespace headroom
