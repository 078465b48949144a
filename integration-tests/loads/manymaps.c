// Has very many mappings, then takes memory: neighbours of different protection are never merged.
//
// manymaps [--go FILE] MAPPINGS SIZE
#include <sys/mman.h>

#include "load.h"

int main(int argc, char** argv) {
  const char* go = TakeGo(&argc, &argv);
  if (argc != 3) exit(2);
  size_t mappings = ParseSize(argv[1]);
  size_t size = ParseSize(argv[2]);
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  madvise(memory, size, MADV_NOHUGEPAGE);
  char* space = mmap(NULL, mappings * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (space == MAP_FAILED) Die("mmap");
  for (size_t i = 0; i < mappings; i += 2) {
    if (mprotect(space + i * 4096, 4096, PROT_READ) != 0) Die("mprotect (vm.max_map_count?)");
  }
  printf("ready\n");
  fflush(stdout);
  WaitForFile(go);
  for (size_t at = 0; at < size; at += 1 << 20) {
    Fill(memory, at, at + (1 << 20));
    SleepMs(10);
  }
  return 0;
}
