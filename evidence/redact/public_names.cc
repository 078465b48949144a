#include "evidence/redact/public_names.h"

#include <algorithm>
#include <array>

namespace headroom {
namespace {

constexpr std::array<std::string_view, 32> kPrograms = {
    // runtimes, and what they call themselves while they become the container's program
    "runc", "runc:[0:PARENT]", "runc:[1:CHILD]", "runc:[2:INIT]", "crun", "youki", "runsc",
    "lxc-start", "lxc-stop",
    // what stands between an engine and a container
    "conmon", "conmonrs", "containerd-shim", "containerd-shim-runc-v2", "docker-init", "tini",
    "catatonit", "dumb-init",
    // engines
    "docker", "dockerd", "containerd", "crio", "podman", "kubelet",
    // services that kill for want of memory
    "systemd-oomd", "earlyoom", "oomd", "nohang",
    // and what starts all of them
    "systemd", "init", "headroomd", "headroom-hook", "headroom"};
constexpr std::size_t kLongestComm = 15;  // TASK_COMM_LEN without its zero

constexpr std::array<std::string_view, 9> kMountPoints = {
    "/dev/shm", "/dev",      "/tmp",     "/var/tmp",      "/run",
    "/var/run", "/run/lock", "/run/shm", "/sys/fs/cgroup"};

constexpr std::array<std::string_view, 13> kSystemFolders = {
    "/usr/lib/",  "/usr/lib64/",   "/usr/lib32/", "/usr/libx32/", "/usr/bin/",
    "/usr/sbin/", "/usr/libexec/", "/lib/",       "/lib64/",      "/lib32/",
    "/libx32/",   "/bin/",         "/sbin/"};

bool IsOneOf(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

bool IsPublicProgram(std::string_view name) {
  return std::ranges::any_of(kPrograms, [&](std::string_view program) {
    // The kernel cuts a name, but not a file's.
    return name == program || name == program.substr(0, kLongestComm);
  });
}

bool IsPython(std::string_view name) {
  constexpr std::string_view kPython = "python";
  return name.starts_with(kPython) &&
         name.find_first_not_of("0123456789.", kPython.size()) == std::string_view::npos;
}

bool IsPublicMountPoint(std::string_view path) { return IsOneOf(kMountPoints, path); }

bool IsSystemFile(std::string_view path) {
  return path == "/dev/zero" || path == "/dev/zero (deleted)" ||
         std::ranges::any_of(kSystemFolders,
                             [&](std::string_view folder) { return path.starts_with(folder); });
}

}  // namespace headroom
