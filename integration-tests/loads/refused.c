// A program that an allocation is refused and that gives up as C++ programs do: it says so, and
// aborts.
//
// refused [--go FILE] [SECRET]
#include "load.h"

int main(int argc, char** argv) {
  const char* go = TakeGo(&argc, &argv);
  WaitForFile(go);
  if (argc > 1) fprintf(stderr, "connecting with password=%s\n", argv[1]);
  for (size_t size = 1U << 20U;; size *= 2) {
    // Never touched: what refuses it is a limit of address space, not one of memory.
    void* volatile memory = malloc(size);
    if (memory != NULL) continue;
    perror("terminate called after throwing an instance of 'std::bad_alloc'");
    abort();
  }
}
