// Many processes that do nothing, then one that takes memory.
//
// sleepers [--go FILE] PROCESSES SIZE
#include <sys/mman.h>
#include <sys/wait.h>

#include "load.h"

int main(int argc, char** argv) {
  const char* go = TakeGo(&argc, &argv);
  if (argc != 3) exit(2);
  long processes = atol(argv[1]);
  size_t size = ParseSize(argv[2]);
  for (long i = 0; i < processes; i++) {
    pid_t pid = fork();
    if (pid < 0) Die("fork");
    if (pid == 0) {
      pause();
      _exit(0);
    }
  }
  printf("ready\n");
  fflush(stdout);
  WaitForFile(go);
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  madvise(memory, size, MADV_NOHUGEPAGE);
  for (size_t at = 0; at < size; at += 1 << 20) {
    Fill(memory, at, at + (1 << 20));
    SleepMs(2);
  }
  pause();
  return 0;
}
