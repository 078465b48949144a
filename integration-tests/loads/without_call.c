// Runs a program on a kernel that does not know a system call, as far as it and what it starts can
// see: a seccomp filter answers ENOSYS.
//
// without_call openat2|pidfd_open COMMAND [ARGUMENT]...
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "load.h"

static unsigned NumberOf(const char* name) {
  if (strcmp(name, "openat2") == 0) return SYS_openat2;
  if (strcmp(name, "pidfd_open") == 0) return SYS_pidfd_open;
  fprintf(stderr, "without_call: found '%s', expected openat2 or pidfd_open\n", name);
  exit(2);
}

int main(int argc, char** argv) {
  if (argc < 3) {
    fputs("usage: without_call openat2|pidfd_open COMMAND [ARGUMENT]...\n", stderr);
    return 2;
  }
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NumberOf(argv[1]), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};
  // Without no_new_privs, which what it starts would inherit: root may do that.
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) Die("seccomp");
  execvp(argv[2], argv + 2);
  Die(argv[2]);
}
