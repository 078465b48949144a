// One moment on the three clocks that a kill is told by: the kernel's log, the boot clock and the
// wall clock. Prints nanoseconds: log boot wall. Writes a line to the kernel's log to do so.
//
// clocks [/dev/kmsg]
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "load.h"

static long long Ns(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) != 0) Die("clock_gettime");
  return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

// Never waits for long: a record that does not come is an error, not a reason to hang.
static void WaitForRecord(int fd) {
  struct pollfd wait = {.fd = fd, .events = POLLIN};
  if (poll(&wait, 1, 2000) != 1) {
    fputs("clocks: /dev/kmsg: no record within 2 s of writing one\n", stderr);
    exit(2);
  }
}

// The time of the next record that has `mark`, in microseconds.
static long long FindRecord(int fd, const char* mark) {
  char record[8192];
  for (int lost = 0; lost < 100;) {
    WaitForRecord(fd);
    const ssize_t got = read(fd, record, sizeof record - 1);
    if (got < 0 && errno == EPIPE) {
      lost++;
      continue;
    }
    if (got < 0) Die("/dev/kmsg");
    record[got] = '\0';
    long long us = 0;
    if (strstr(record, mark) != NULL && sscanf(record, "%*u,%*u,%lld,", &us) == 1) return us;
  }
  Die("/dev/kmsg");
  return 0;
}

int main(int argc, char** argv) {
  char mark[64];
  const int fd = open(argc > 1 ? argv[1] : "/dev/kmsg", O_RDWR | O_CLOEXEC);
  if (fd < 0) Die("/dev/kmsg");
  if (lseek(fd, 0, SEEK_END) < 0) Die("lseek");
  // Without the line end the kernel would wait for more, and show the record to nobody.
  const int size = snprintf(mark, sizeof mark, "headroom clocks %d\n", (int)getpid());
  const long long before = Ns(CLOCK_BOOTTIME);
  if (write(fd, mark, (size_t)size) != size) Die("/dev/kmsg");
  const long long boot = Ns(CLOCK_BOOTTIME);
  const long long wall = Ns(CLOCK_REALTIME);
  printf("%lld %lld %lld\n", FindRecord(fd, strtok(mark, "\n")) * 1000,
         before + (boot - before) / 2, wall);
  return 0;
}
