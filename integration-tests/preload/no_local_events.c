// To be preloaded: a program finds no memory.events.local, as before Linux 5.2. All that opens a
// file or asks for one by name goes through here; static programs do not.
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>

static int IsHidden(const char* path) {
  const char* name = strrchr(path, '/');
  return strcmp(name == NULL ? path : name + 1, "memory.events.local") == 0;
}

typedef int (*OpenAt)(int, const char*, int, ...);
typedef int (*Access)(const char*, int);

static int OpenUnlessHidden(int dir, const char* path, int flags, mode_t mode) {
  if (IsHidden(path)) {
    errno = ENOENT;
    return -1;
  }
  return ((OpenAt)dlsym(RTLD_NEXT, "openat"))(dir, path, flags, mode);
}

#define MODE_OF(flags)                          \
  mode_t mode = 0;                              \
  if (((flags) & (O_CREAT | O_TMPFILE)) != 0) { \
    va_list rest;                               \
    va_start(rest, flags);                      \
    mode = va_arg(rest, mode_t);                \
    va_end(rest);                               \
  }

int openat(int dir, const char* path, int flags, ...) {
  MODE_OF(flags)
  return OpenUnlessHidden(dir, path, flags, mode);
}

int openat64(int dir, const char* path, int flags, ...) {
  MODE_OF(flags)
  return OpenUnlessHidden(dir, path, flags, mode);
}

int open(const char* path, int flags, ...) {
  MODE_OF(flags)
  return OpenUnlessHidden(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  MODE_OF(flags)
  return OpenUnlessHidden(AT_FDCWD, path, flags, mode);
}

int access(const char* path, int how) {
  if (IsHidden(path)) {
    errno = ENOENT;
    return -1;
  }
  return ((Access)dlsym(RTLD_NEXT, "access"))(path, how);
}
