// An init that starts its child again whenever it was killed, as a pre-fork server does it.
//
// restarter TIMES SIZE: the Nth child waits for /data/go-N, then takes memory; behind the last one
// the init waits for /data/end and exits with 0.
#include <sys/mman.h>
#include <sys/wait.h>

#include "load.h"

static void Eat(long number, size_t size) {
  char gate[64];
  snprintf(gate, sizeof gate, "/data/go-%ld", number);
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  madvise(memory, size, MADV_NOHUGEPAGE);
  WaitForFile(gate);
  for (size_t at = 0; at < size; at += 1 << 20) Fill(memory, at, at + (1 << 20));
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fputs("usage: restarter TIMES SIZE\n", stderr);
    return 2;
  }
  const long times = atol(argv[1]);
  const size_t size = ParseSize(argv[2]);
  for (long number = 1; number <= times; number++) {
    pid_t pid = fork();
    if (pid < 0) Die("fork");
    if (pid == 0) {
      Eat(number, size);
      _exit(0);
    }
    int status = 0;
    if (waitpid(pid, &status, 0) < 0) Die("waitpid");
    printf("child %ld: %s %d\n", number, WIFSIGNALED(status) ? "signal" : "code",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    fflush(stdout);
  }
  WaitForFile("/data/end");
  return 0;
}
