// Beside a container: prints what a file holds each time that somebody has written it, until
// killed. Two writes that follow at once may be one line; a trace of those who write would slow
// them down.
//
// changes FILE
#include <fcntl.h>
#include <sys/inotify.h>

#include "load.h"

int main(int argc, char** argv) {
  char value[64];
  char events[4096];
  if (argc != 2) {
    fputs("usage: changes FILE\n", stderr);
    return 2;
  }
  int watch = inotify_init1(IN_CLOEXEC);
  int file = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (watch < 0 || file < 0 || inotify_add_watch(watch, argv[1], IN_MODIFY) < 0) Die(argv[1]);
  printf("watched\n");
  fflush(stdout);
  while (read(watch, events, sizeof events) > 0) {
    ssize_t got = pread(file, value, sizeof value - 1, 0);
    if (got < 0) return 0;  // the cgroup is gone
    value[got] = '\0';
    fputs(value, stdout);
    fflush(stdout);
  }
  return 0;
}
