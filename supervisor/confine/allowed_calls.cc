#include "supervisor/confine/allowed_calls.h"

#include <array>

namespace headroom {
namespace {

// The names are those of x86-64 and arm64. Older C libraries use other ones for the same (stat for
// newfstatat, epoll_wait for epoll_pwait, ...): these are here too, as they give no more power.

constexpr std::array kOfAll = std::to_array<AllowedCall>({
    {"brk", "malloc grows the heap"},
    {"clock_getres", "clocks, where the vDSO does not answer"},
    {"clock_gettime", "clocks, where the vDSO does not answer"},
    {"clock_nanosleep", "std::this_thread::sleep_for"},
    {"close", "descriptors end"},
    {"connect", "log lines to the journal, readiness to systemd; a name server for users' names"},
    {"exit", "a thread ends"},
    {"exit_group", "the program ends"},
    {"fcntl", "close-on-exec and non-blocking"},
    {"fstat", "what an open file is"},
    {"futex", "mutexes, condition variables, joining threads"},
    {"getegid", "whose files are ours"},
    {"geteuid", "whose files are ours"},
    {"getgid", "whose files are ours"},
    {"getpid", "readiness is told with our pid; tgkill in abort"},
    {"getrandom", "the C library's heap and hash seeds"},
    {"gettid", "abort"},
    {"gettimeofday", "clocks, where the vDSO does not answer"},
    {"getuid", "whose files are ours"},
    {"ioctl", "is it a terminal, how did a pidfd's process end, how much waits; see filter.cc"},
    {"lseek", "files from their beginning"},
    {"madvise", "malloc and ended threads give memory back"},
    {"mmap", "malloc, threads' stacks, the recorder"},
    {"mprotect", "malloc's arenas, guard pages of stacks"},
    {"mremap", "realloc"},
    {"munmap", "malloc, threads' stacks, the recorder"},
    {"nanosleep", "std::this_thread::sleep_for"},
    {"poll", "waiting for descriptors"},
    {"ppoll", "waiting for descriptors"},
    {"pread64", "files of the kernel, from their beginning"},
    {"pwrite64", "memory.high"},
    {"read", "files, events"},
    {"recvmsg", "messages of the guardian and the doorbell, with descriptors"},
    {"restart_syscall", "the kernel itself, after a stop"},
    {"rseq", "the C library, at a thread's start"},
    {"rt_sigaction", "abort, and what systemd's library sets"},
    {"rt_sigprocmask", "threads start with signals blocked"},
    {"rt_sigreturn", "the end of a signal handler"},
    {"sched_yield", "the C++ library's locks"},
    {"sendmsg", "messages to the guardian, the journal and systemd"},
    {"set_robust_list", "the C library, at a thread's start"},
    {"setsockopt", "room for messages, and who sent them"},
    {"socket", "AF_UNIX and AF_NETLINK only, see filter.cc"},
    {"tgkill", "abort"},
    {"write", "files, log lines, memory.high"},
    {"writev", "log lines"},
});

constexpr std::array kOfHeadroomd = std::to_array<AllowedCall>({
    {"access", "does a file exist, for older C libraries"},
    {"bind", "netlink, the doorbell's answers"},
    {"clone", "threads only, see filter.cc"},
    {"dup", "directories are listed through a second descriptor"},
    {"epoll_create1", "the event loop"},
    {"epoll_ctl", "the event loop"},
    {"epoll_pwait", "the event loop"},
    {"epoll_pwait2", "the event loop, with nanoseconds"},
    {"epoll_wait", "the event loop"},
    {"eventfd2", "workers wake the event loop"},
    {"faccessat", "does a file exist"},
    {"faccessat2", "does a file exist"},
    {"fallocate", "the recorder's room, before it is mapped"},
    {"fchmod", "bundles are root's, summaries a group's"},
    {"flock", "one supervisor a host, one writer a file"},
    {"fstatfs", "is it a tmpfs, is it cgroup v2"},
    {"fsync", "bundles outlive the host"},
    {"ftruncate", "the recorder's room"},
    {"getdents64", "listing directories"},
    {"getrlimit", "threads' stacks"},
    {"getsockname", "netlink's own address"},
    {"getsockopt", "who rings the doorbell"},
    {"inotify_add_watch", "changed limits, new cgroups, new enrolments"},
    {"inotify_init1", "changed limits, new cgroups, new enrolments"},
    {"inotify_rm_watch", "changed limits, new cgroups, new enrolments"},
    {"lgetxattr", "systemd-oomd's marks"},
    {"lstat", "what a file is, for older C libraries"},
    {"memfd_create", "learning which mount holds all memfds"},
    {"mkdir", "the store's directories"},
    {"mkdirat", "the store's directories"},
    {"newfstatat", "what a file is"},
    {"open", "files, for older C libraries"},
    {"openat", "files"},
    {"openat2", "files in a container, without following its links out of it"},
    {"pidfd_open", "a process that cannot be taken for another one"},
    {"prctl", "names of threads"},
    {"prlimit64", "threads' stacks, how many descriptors there may be"},
    {"readlink", "/proc/PID/exe and the like"},
    {"readlinkat", "/proc/PID/exe and the like"},
    {"recvfrom", "netlink, the doorbell"},
    {"rename", "files that appear whole"},
    {"renameat", "files that appear whole"},
    {"renameat2", "files that appear whole and replace none"},
    {"rmdir", "bundles that are too many"},
    {"sched_getaffinity", "how many processors there are"},
    {"sendto", "netlink, lines for the journal"},
    {"signalfd4", "SIGTERM in the event loop"},
    {"stat", "what a file is, for older C libraries"},
    {"statfs", "how full the disk is, is it cgroup v2"},
    {"statx", "what a file is"},
    {"sync_file_range", "bundles are on their way to the disk while they are written"},
    {"timerfd_create", "the event loop's timers, the deadline of holds"},
    {"timerfd_settime", "the event loop's timers, the deadline of holds"},
    {"uname", "the kernel's version"},
    {"unlink", "bundles that are too many, files half written"},
    {"unlinkat", "bundles that are too many, files half written"},
});

constexpr std::array kOfGuardian = std::to_array<AllowedCall>({
    {"accept4", "headroomd connects"},
    {"getsockopt", "who connects"},
    {"recvfrom", "beats"},
    {"sendto", "beats"},
    {"unlink", "the socket, at the end"},
    {"unlinkat", "the socket, at the end"},
});

}  // namespace

std::span<const AllowedCall> CallsOfAll() { return kOfAll; }
std::span<const AllowedCall> CallsOfHeadroomd() { return kOfHeadroomd; }
std::span<const AllowedCall> CallsOfGuardian() { return kOfGuardian; }

}  // namespace headroom
