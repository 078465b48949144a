// Touches huge pages that it has not reserved, as hugetlbfs allows: one that cannot be had ends it
// with SIGBUS.
//
// hugepages [--go FILE] SIZE
#include <sys/mman.h>

#include "load.h"

int main(int argc, char** argv) {
  const char* go = TakeGo(&argc, &argv);
  if (argc != 2) {
    fprintf(stderr, "hugepages: expected a size\n");
    return 2;
  }
  const size_t size = ParseSize(argv[1]);
  const size_t page = (size_t)2 << 20;
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  WaitForFile(go);
  for (size_t at = 0; at < size; at += page) memory[at] = 1;
  return 0;
}
