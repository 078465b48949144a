// Runs a command again whenever it has ended, as one that the kernel may choose, though it may not
// choose this program (oom_score_adj -1000).
//
// again COMMAND...: until /data/end is there; waits for /data/exit then. What the last one held may
// not be given back yet: a fork that the kernel refuses is tried again.
#include <sys/wait.h>

#include "load.h"

enum { kRestMs = 500 };

static void Run(char** command) {
  FILE* score = fopen("/proc/self/oom_score_adj", "w");
  if (score == NULL || fputs("0", score) < 0 || fclose(score) != 0) Die("oom_score_adj");
  execv(command[0], command);
  Die(command[0]);
}

int main(int argc, char** argv) {
  if (argc < 2) {
    fputs("usage: again COMMAND...\n", stderr);
    return 2;
  }
  while (access("/data/end", F_OK) != 0) {
    const pid_t child = fork();
    if (child == 0) Run(argv + 1);
    if (child > 0 && waitpid(child, NULL, 0) < 0) Die("waitpid");
    SleepMs(kRestMs);
  }
  WaitForFile("/data/exit");
  return 0;
}
