// Streams files far larger than the limit through the page cache, one read and one written.
// Prints the bytes moved in the time.
//
// cachestream INPUT OUTPUT SECONDS, gated by /data/go and /data/measure
#include <fcntl.h>

#include "load.h"

static char block[256 * 1024];

// One block from `in`, from its start again at its end.
static size_t ReadSome(int in) {
  ssize_t got = read(in, block, sizeof block);
  if (got < 0) Die("read");
  if (got == 0 && lseek(in, 0, SEEK_SET) != 0) Die("lseek");
  return (size_t)got;
}

// One block to `out`, which starts again at 128 MiB: the disk of a test machine is small.
static size_t WriteSome(int out, size_t* at) {
  if (*at >= (128UL << 20)) {
    if (ftruncate(out, 0) != 0 || lseek(out, 0, SEEK_SET) != 0) Die("ftruncate");
    *at = 0;
  }
  ssize_t put = write(out, block, sizeof block);
  if (put < 0) Die("write");
  *at += (size_t)put;
  return (size_t)put;
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fputs("usage: cachestream INPUT OUTPUT SECONDS\n", stderr);
    return 2;
  }
  WaitForFile("/data/go");
  int in = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (in < 0) Die(argv[1]);
  int out = open(argv[2], O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (out < 0) Die(argv[2]);
  // Cached pages belong to the cgroup that read them first: another one's would cost us nothing.
  posix_fadvise(in, 0, 0, POSIX_FADV_DONTNEED);
  while (ReadSome(in) > 0) {
  }
  WaitUntilMeasured("/data/warm", "/data/measure");
  size_t moved = 0;
  size_t written = 0;
  const double end = Now() + atof(argv[3]);
  while (Now() < end) {
    for (int i = 0; i < 7; i++) moved += ReadSome(in);
    moved += WriteSome(out, &written);
  }
  printf("%zu\n", moved);
  return 0;
}
