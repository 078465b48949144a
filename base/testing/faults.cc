#include "base/testing/faults.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <optional>
#include <string_view>

namespace headroom {
namespace {

struct Plan {
  std::size_t left = 0;  ///< calls before the one that is struck
  Fault fault = Fault::kFails;
  int error = 0;
  const char* only = nullptr;  ///< a call's name
  const char* struck = nullptr;
};
thread_local std::optional<Plan> plan;

/// Whether this call is the one.
bool IsStruck(const char* call) {
  if (!plan) return false;
  if (plan->only != nullptr && std::string_view(plan->only) != call) return false;
  if (plan->struck != nullptr) return plan->fault == Fault::kAllFail;
  if (plan->left > 0) {
    --plan->left;
    return false;
  }
  plan->struck = call;
  if (plan->fault == Fault::kProcessDies) _exit(kDiedOfFault);
  return true;
}

bool IsShortened() { return plan && plan->fault == Fault::kShort; }

template <typename Real, typename... Arguments>
auto Through(const char* call, Real real, Arguments... arguments) -> decltype(real(arguments...)) {
  if (IsShortened() || !IsStruck(call)) return real(arguments...);
  errno = plan->error;
  return -1;
}

/// How much of `size` bytes a read or a write is asked for.
std::size_t Amount(const char* call, std::size_t size) {
  return IsShortened() && size > 1 && IsStruck(call) ? size / 2 : size;
}

}  // namespace

FaultPlan::FaultPlan(std::size_t at, Fault fault, int error, const char* only) {
  plan = Plan{.left = at, .fault = fault, .error = error, .only = only, .struck = nullptr};
}
FaultPlan::~FaultPlan() { plan.reset(); }

const char* FaultPlan::struck() const { return plan ? plan->struck : nullptr; }

}  // namespace headroom

// The linker gives each call of these names to __wrap_NAME, and the C library's own is __real_NAME
// (ld(1), --wrap): see base/CMakeLists.txt.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl51-cpp,readability-identifier-naming)
extern "C" {
int __real_openat(int dir_fd, const char* path, int flags, ...);
ssize_t __real_read(int fd, void* bytes, size_t size);
ssize_t __real_pread(int fd, void* bytes, size_t size, off_t offset);
ssize_t __real_write(int fd, const void* bytes, size_t size);
ssize_t __real_pwrite(int fd, const void* bytes, size_t size, off_t offset);
int __real_fsync(int fd);
int __real_rename(const char* from, const char* to);
int __real_renameat(int from_fd, const char* from, int to_fd, const char* to);
int __real_renameat2(int from_fd, const char* from, int to_fd, const char* to, unsigned flags);
int __real_linkat(int from_fd, const char* from, int to_fd, const char* to, int flags);
int __real_mkdir(const char* path, mode_t mode);
int __real_mkdirat(int dir_fd, const char* path, mode_t mode);
int __real_unlink(const char* path);
int __real_unlinkat(int dir_fd, const char* path, int flags);
int __real_rmdir(const char* path);
int __real_fstat(int fd, struct stat* info);
int __real_fstatat(int dir_fd, const char* path, struct stat* info, int flags);
int __real_faccessat(int dir_fd, const char* path, int mode, int flags);
int __real_fchmod(int fd, mode_t mode);
int __real_flock(int fd, int operation);
int __real_posix_fallocate(int fd, off_t offset, off_t size);
DIR* __real_fdopendir(int fd);
dirent* __real_readdir(DIR* dir);

int __wrap_openat(int dir_fd, const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE) {
    va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  return headroom::Through("openat", __real_openat, dir_fd, path, flags, mode);
}
ssize_t __wrap_read(int fd, void* bytes, size_t size) {
  return headroom::Through("read", __real_read, fd, bytes, headroom::Amount("read", size));
}
ssize_t __wrap_pread(int fd, void* bytes, size_t size, off_t offset) {
  return headroom::Through("pread", __real_pread, fd, bytes, headroom::Amount("pread", size),
                           offset);
}
ssize_t __wrap_write(int fd, const void* bytes, size_t size) {
  return headroom::Through("write", __real_write, fd, bytes, headroom::Amount("write", size));
}
ssize_t __wrap_pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return headroom::Through("pwrite", __real_pwrite, fd, bytes, headroom::Amount("pwrite", size),
                           offset);
}
int __wrap_fsync(int fd) { return headroom::Through("fsync", __real_fsync, fd); }
int __wrap_rename(const char* from, const char* to) {
  return headroom::Through("rename", __real_rename, from, to);
}
int __wrap_renameat(int from_fd, const char* from, int to_fd, const char* to) {
  return headroom::Through("renameat", __real_renameat, from_fd, from, to_fd, to);
}
int __wrap_renameat2(int from_fd, const char* from, int to_fd, const char* to, unsigned flags) {
  return headroom::Through("renameat2", __real_renameat2, from_fd, from, to_fd, to, flags);
}
int __wrap_linkat(int from_fd, const char* from, int to_fd, const char* to, int flags) {
  return headroom::Through("linkat", __real_linkat, from_fd, from, to_fd, to, flags);
}
int __wrap_mkdir(const char* path, mode_t mode) {
  return headroom::Through("mkdir", __real_mkdir, path, mode);
}
int __wrap_mkdirat(int dir_fd, const char* path, mode_t mode) {
  return headroom::Through("mkdirat", __real_mkdirat, dir_fd, path, mode);
}
int __wrap_unlink(const char* path) { return headroom::Through("unlink", __real_unlink, path); }
int __wrap_unlinkat(int dir_fd, const char* path, int flags) {
  return headroom::Through("unlinkat", __real_unlinkat, dir_fd, path, flags);
}
int __wrap_rmdir(const char* path) { return headroom::Through("rmdir", __real_rmdir, path); }
int __wrap_fstat(int fd, struct stat* info) {
  return headroom::Through("fstat", __real_fstat, fd, info);
}
int __wrap_fstatat(int dir_fd, const char* path, struct stat* info, int flags) {
  return headroom::Through("fstatat", __real_fstatat, dir_fd, path, info, flags);
}
int __wrap_faccessat(int dir_fd, const char* path, int mode, int flags) {
  return headroom::Through("faccessat", __real_faccessat, dir_fd, path, mode, flags);
}
int __wrap_fchmod(int fd, mode_t mode) {
  return headroom::Through("fchmod", __real_fchmod, fd, mode);
}
int __wrap_flock(int fd, int operation) {
  return headroom::Through("flock", __real_flock, fd, operation);
}
int __wrap_posix_fallocate(int fd, off_t offset, off_t size) {
  // It returns its error.
  const int done = headroom::Through("posix_fallocate", __real_posix_fallocate, fd, offset, size);
  return done == -1 ? errno : done;
}
DIR* __wrap_fdopendir(int fd) {
  if (headroom::IsShortened() || !headroom::IsStruck("fdopendir")) return __real_fdopendir(fd);
  errno = headroom::plan->error;
  return nullptr;
}
dirent* __wrap_readdir(DIR* dir) {
  if (headroom::IsShortened() || !headroom::IsStruck("readdir")) return __real_readdir(dir);
  errno = headroom::plan->error;
  return nullptr;
}
}
// NOLINTEND(bugprone-reserved-identifier,cert-dcl51-cpp,readability-identifier-naming)
