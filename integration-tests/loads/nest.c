// Inside a container that may write its cgroup: makes a cgroup of its own, and a second before the
// load starts gives it a limit. Nobody outside was told of either. On cgroup v1, where nothing is
// held for a photograph, the load takes its time.
//
// nest --go FILE --end FILE LIMIT SIZE [HIGH [CROWD]]
//
// HIGH    memory.high of that cgroup, "max" for none
// CROWD   so many others are made beside it, each with a limit of its own
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "load.h"

#define CGROUP "/sys/fs/cgroup/"
#define MEMORY_V1 CGROUP "memory/"

static int IsV1(void) { return access(MEMORY_V1 "memory.limit_in_bytes", F_OK) == 0; }

static void Put(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) Die(path);
  close(fd);
}

// The rule of cgroup v2: a cgroup whose children have controllers holds no process itself.
static void MakeCgroups(void) {
  if (IsV1()) {
    if (mkdir(MEMORY_V1 "job", 0755) != 0) Die(MEMORY_V1 "job");
    return;
  }
  if (mkdir(CGROUP "init", 0755) != 0) Die(CGROUP "init");
  Put(CGROUP "init/cgroup.procs", "0");
  Put(CGROUP "cgroup.subtree_control", "+memory");
  if (mkdir(CGROUP "job", 0755) != 0) Die(CGROUP "job");
}

static void MakeCrowd(int count) {
  char path[sizeof CGROUP + 32];
  for (int i = 0; i < count; i++) {
    snprintf(path, sizeof path, CGROUP "crowd-%03d", i);
    if (mkdir(path, 0755) != 0) Die(path);
    snprintf(path, sizeof path, CGROUP "crowd-%03d/memory.max", i);
    Put(path, "16M");
  }
}

static void EatInJob(int start, size_t size) {
  char byte;
  Put(IsV1() ? MEMORY_V1 "job/cgroup.procs" : CGROUP "job/cgroup.procs", "0");
  if (read(start, &byte, 1) != 1) Die("read");
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  madvise(memory, size, MADV_NOHUGEPAGE);
  const size_t piece = 512UL << 10;
  for (size_t at = 0; IsV1() && at + piece <= size; at += piece) {
    Fill(memory, at, at + piece);
    SleepMs(20);
  }
  Fill(memory, 0, size);
}

int main(int argc, char** argv) {
  if (argc < 7 || argc > 9 || strcmp(argv[1], "--go") != 0 || strcmp(argv[3], "--end") != 0) {
    fputs("usage: nest --go FILE --end FILE LIMIT SIZE [HIGH [CROWD]]\n", stderr);
    return 2;
  }
  int start[2];
  MakeCgroups();
  if (argc > 8) MakeCrowd(atoi(argv[8]));
  if (pipe(start) != 0) Die("pipe");
  pid_t child = fork();
  if (child == 0) {
    EatInJob(start[0], ParseSize(argv[6]));
    return 0;
  }
  WaitForFile(argv[2]);
  if (argc > 7 && !IsV1()) Put(CGROUP "job/memory.high", argv[7]);
  Put(IsV1() ? MEMORY_V1 "job/memory.limit_in_bytes" : CGROUP "job/memory.max", argv[5]);
  SleepMs(1000);
  if (write(start[1], "g", 1) != 1) Die("write");
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) printf("child killed by signal %d\n", WTERMSIG(status));
  fflush(stdout);
  WaitForFile(argv[4]);
  return 0;
}
