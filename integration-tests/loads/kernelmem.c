// Makes the kernel take memory for it that is neither anonymous nor cache, and that reclaim cannot
// have back.
//
// kernelmem [--go FILE] page-tables|pipes SIZE
//
// page-tables  reads one page in each 2 MiB of a mapping: the page itself is the kernel's page of
//              zeros, and the page table that leads to it is its own
// pipes        fills pipes that nobody reads; needs CAP_SYS_RESOURCE beyond 64 MiB of a user
#define _GNU_SOURCE  // F_SETPIPE_SZ
#include <fcntl.h>
#include <sys/mman.h>

#include "load.h"

#define PIPE_SIZE ((size_t)1 << 20)

static volatile char sink;

// Slow enough to be sampled on its way to the limit.
static void Pause(void) { SleepMs(10); }

static void TakePageTables(size_t size) {
  const size_t reach = (size_t)2 << 20;  // of one page table
  const size_t tables = size / 4096;
  char* memory =
      mmap(NULL, tables * reach, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  madvise(memory, tables * reach, MADV_NOHUGEPAGE);
  for (size_t i = 0; i < tables; i++) {
    sink = memory[i * reach];
    if (i % 256 == 0) Pause();
  }
}

static void FillPipe(void) {
  static const char kNothing[64 << 10];
  int ends[2];
  if (pipe(ends) != 0) Die("pipe");
  if (fcntl(ends[1], F_SETPIPE_SZ, (int)PIPE_SIZE) < 0) Die("F_SETPIPE_SZ");
  for (size_t done = 0; done < PIPE_SIZE; done += sizeof kNothing) {
    if (write(ends[1], kNothing, sizeof kNothing) != (ssize_t)sizeof kNothing) Die("write");
  }
}

static void TakePipes(size_t size) {
  for (size_t done = 0; done < size; done += PIPE_SIZE) {
    FillPipe();
    Pause();
  }
}

int main(int argc, char** argv) {
  const char* go = TakeGo(&argc, &argv);
  if (argc != 3) {
    fprintf(stderr, "kernelmem: expected page-tables or pipes, and a size\n");
    return 2;
  }
  const size_t size = ParseSize(argv[2]);
  WaitForFile(go);
  if (strcmp(argv[1], "page-tables") == 0) {
    TakePageTables(size);
  } else if (strcmp(argv[1], "pipes") == 0) {
    TakePipes(size);
  } else {
    fprintf(stderr, "kernelmem: found '%s', expected page-tables or pipes\n", argv[1]);
    return 2;
  }
  return 0;
}
