// Grows, while two threads of it make a mapping of huge pages anew without pause: whoever wants to
// read the process's maps has to wait for its mmap_lock, which they have for most of the time.
//
// mapchurn [--go FILE] CHURN MAPPINGS SIZE
//
// CHURN      how much each of the two threads maps, fills and unmaps again and again
// MAPPINGS   how many others there are: a map is read a few at a time, the lock taken for each
// SIZE       what it then takes besides, a quarter of a MiB each 5 ms
#include <pthread.h>
#include <sys/mman.h>

#include "load.h"

#define THREADS 2
#define STEP ((size_t)256 << 10)

static char* Map(size_t size, int protection) {
  char* memory = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  return memory;
}

// A mapping over one that is there: the kernel frees the old pages with the lock taken for writing,
// which munmap() alone gives up in part before it does.
__attribute__((noreturn)) static void* Churn(void* argument) {
  const size_t size = *(const size_t*)argument;
  char* memory = Map(size, PROT_READ | PROT_WRITE);
  for (;;) {
    madvise(memory, size, MADV_HUGEPAGE);
    Fill(memory, 0, size);
    if (mprotect(memory, size, PROT_READ) != 0) Die("mprotect");
    if (mmap(memory, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
             0) == MAP_FAILED) {
      Die("mmap");
    }
  }
}

// Neighbours of different protection are never merged.
static void MakeMappings(size_t count) {
  char* space = Map(count * 4096, PROT_NONE);
  for (size_t i = 0; i < count; i += 2) {
    if (mprotect(space + i * 4096, 4096, PROT_READ) != 0) Die("mprotect (vm.max_map_count?)");
  }
}

int main(int argc, char** argv) {
  const char* go = TakeGo(&argc, &argv);
  if (argc != 4) exit(2);
  size_t churn = ParseSize(argv[1]);
  MakeMappings(ParseSize(argv[2]));
  size_t size = ParseSize(argv[3]);
  pthread_t thread;
  for (int i = 0; i < THREADS; i++) {
    if (pthread_create(&thread, NULL, Churn, &churn) != 0) Die("pthread_create");
  }
  printf("ready\n");
  fflush(stdout);
  char* memory = Map(size, PROT_READ | PROT_WRITE);
  madvise(memory, size, MADV_NOHUGEPAGE);
  WaitForFile(go);
  for (size_t at = 0; at < size; at += STEP) {
    Fill(memory, at, at + STEP);
    SleepMs(5);
  }
  return 0;
}
