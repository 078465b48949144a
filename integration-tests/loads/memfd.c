// Fills a memfd: memory that is in no directory, and in no mapping either.
//
// memfd [--go FILE] NAME SIZE
#define _GNU_SOURCE
#include <sys/mman.h>

#include "load.h"

int main(int argc, char** argv) {
  const char* go = TakeGo(&argc, &argv);
  if (argc != 3) exit(2);
  int fd = memfd_create(argv[1], MFD_CLOEXEC);
  if (fd < 0) Die("memfd_create");
  size_t size = ParseSize(argv[2]);
  WaitForFile(go);
  static char block[1 << 16];
  memset(block, 'm', sizeof block);
  for (size_t at = 0; at < size; at += sizeof block) {
    if (write(fd, block, sizeof block) < 0) Die("write");
    SleepMs(2);
  }
  pause();
  return 0;
}
