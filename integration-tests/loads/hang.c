// Makes running processes hang as a fault of their own would: from the end of its present wait on,
// the main thread of each runs in an endless loop of one instruction. Its other threads run on.
//
// hang PID...
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

static void Check(long result, const char* what, const char* pid) {
  if (result != -1) return;
  fprintf(stderr, "hang: pid %s: %s: %s\n", pid, what, strerror(errno));
  exit(1);
}

int main(int argc, char** argv) {
#ifdef __x86_64__
  for (int i = 1; i < argc; i++) {
    const pid_t pid = atoi(argv[i]);
    struct user_regs_struct registers;
    Check(ptrace(PTRACE_ATTACH, pid, NULL, NULL), "cannot be traced", argv[i]);
    Check(waitpid(pid, NULL, __WALL), "does not stop", argv[i]);
    Check(ptrace(PTRACE_GETREGS, pid, NULL, &registers), "has no registers", argv[i]);
    errno = 0;
    long code = ptrace(PTRACE_PEEKTEXT, pid, (void*)registers.rip, NULL);
    if (errno != 0) Check(-1, "its code cannot be read", argv[i]);
    code = (code & ~0xffffL) | 0xfeeb;  // jmp to itself
    Check(ptrace(PTRACE_POKETEXT, pid, (void*)registers.rip, (void*)code),
          "its code cannot be written", argv[i]);
    Check(ptrace(PTRACE_DETACH, pid, NULL, NULL), "cannot be left", argv[i]);
  }
  return argc > 1 ? 0 : 2;
#else
  (void)argc;
  (void)argv;
  fputs("hang: knows no such instruction of this processor\n", stderr);
  return 2;
#endif
}
