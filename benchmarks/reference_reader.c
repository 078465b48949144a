// Reads once, to their ends, the files that a held container waits for the supervisor to read, and
// does nothing with them: the list of processes, three small files and the smaps of each, five
// files of the cgroup, the files on the container's /dev/shm. Then the one write that a lift is,
// to a file that does not matter.
//
// reference_reader CGROUP-FOLDER
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char buffer[64 * 1024];

static void Die(const char* what) {
  perror(what);
  exit(2);
}

// Reads all of `path`; what fits the buffer stays in it, with a terminator. Returns the size.
static size_t ReadAll(const char* path) {
  size_t total = 0;
  ssize_t got = 0;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) Die(path);
  while ((got = read(fd, buffer, sizeof buffer - 1)) > 0) {
    buffer[got] = '\0';
    total += (size_t)got;
  }
  if (got < 0) Die(path);
  close(fd);
  return total;
}

static size_t ReadOf(long pid, const char* file) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/%s", pid, file);
  return ReadAll(path);
}

// The numbers in cgroup.procs, at most `most`.
static int ListProcesses(const char* cgroup, long* pids, int most) {
  char path[4096];
  int count = 0;
  snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) Die(path);
  const ssize_t got = read(fd, buffer, sizeof buffer - 1);
  if (got < 0) Die(path);
  buffer[got] = '\0';
  close(fd);
  char* at = buffer;
  while (count < most && *at != '\0') pids[count++] = strtol(at, &at, 10), at += *at == '\n';
  return count;
}

static void ListFolder(const char* path, int examine) {
  DIR* folder = opendir(path);
  if (folder == NULL) Die(path);
  const struct dirent* entry;
  struct stat info;
  while ((entry = readdir(folder)) != NULL) {
    if (examine) (void)fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW);
  }
  closedir(folder);
}

static void ReadProcesses(const char* cgroup) {
  long pids[8];
  const int count = ListProcesses(cgroup, pids, 8);
  if (count == 0) {
    fprintf(stderr, "%s: has no process to read\n", cgroup);
    exit(2);
  }
  ListFolder(cgroup, 0);  // for cgroups below it
  for (int i = 0; i < count; i++) {
    (void)ReadOf(pids[i], "stat");
    (void)ReadOf(pids[i], "status");
    (void)ReadOf(pids[i], "oom_score_adj");
  }
  for (int i = 0; i < count; i++) {
    if (ReadOf(pids[i], "smaps") == 0) Die("smaps is empty");
  }
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/root/dev/shm", pids[0]);
  ListFolder(path, 1);
}

static void ReadCgroup(const char* cgroup) {
  static const char* const kFiles[] = {"memory.stat", "memory.current", "memory.events",
                                       "memory.swap.current", "memory.pressure"};
  char path[4096];
  for (size_t i = 0; i < sizeof kFiles / sizeof *kFiles; i++) {
    snprintf(path, sizeof path, "%s/%s", cgroup, kFiles[i]);
    (void)ReadAll(path);
  }
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fputs("usage: reference_reader CGROUP-FOLDER\n", stderr);
    return 2;
  }
  ReadProcesses(argv[1]);
  ReadCgroup(argv[1]);
  const int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, "max", 3) != 3) Die("/dev/null");
  return 0;
}
