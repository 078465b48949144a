// Copies on write: fills memory, forks workers that share it, and lets each write to nearly all of
// it.
//
// forked --go FILE --size N --workers N
#include <sys/mman.h>
#include <sys/wait.h>

#include "load.h"

int main(int argc, char** argv) {
  if (argc != 7 || strcmp(argv[1], "--go") != 0 || strcmp(argv[3], "--size") != 0 ||
      strcmp(argv[5], "--workers") != 0) {
    fputs("usage: forked --go FILE --size N --workers N\n", stderr);
    return 2;
  }
  size_t size = ParseSize(argv[4]);
  size_t kept = size / 16;  // stays shared: what shows that they were forked
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  madvise(memory, size, MADV_NOHUGEPAGE);
  Fill(memory, 0, size);
  for (long i = 0; i < atol(argv[6]); i++) {
    pid_t pid = fork();
    if (pid < 0) Die("fork");
    if (pid == 0) {
      WaitForFile(argv[2]);
      Fill(memory, 0, size - kept);
      pause();
    }
  }
  while (wait(NULL) > 0) {
  }
  return 0;
}
