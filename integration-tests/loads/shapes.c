// Takes memory in one of many ways, each of which reaches a limit at its own pace and leaves
// another trace.
//
// shapes [--go FILE] SHAPE SIZE
//
// huge-memset  one memset over a mapping with huge pages
// faults       a page at a time
// populate     one mmap with MAP_POPULATE
// mlock        one mlock of a mapping
// threads      16 threads at once
// processes    20 processes at once; the first waits for them
// leak         1 MiB each 20 ms
// plateau      rests for 3 s a sixteenth below SIZE, then goes on
// after-cache  fills the page cache from a file first, then grows
// sockets      fills socket pairs that nobody reads
// dentries     makes directories on /dev/shm
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "load.h"

#define THREADS 16
#define PROCESSES 20
#define MIB ((size_t)1 << 20)

static char* Map(size_t size, int flags) {
  char* memory =
      mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  return memory;
}

static void HugeMemset(size_t size) {
  char* memory = Map(size, 0);
  madvise(memory, size, MADV_HUGEPAGE);
  memset(memory, 1, size);
}

static void Faults(size_t size) {
  char* memory = Map(size, 0);
  madvise(memory, size, MADV_NOHUGEPAGE);
  Fill(memory, 0, size);
}

static void Populate(size_t size) { Map(size, MAP_POPULATE); }

static void Lock(size_t size) {
  char* memory = Map(size, 0);
  if (mlock(memory, size) != 0) Die("mlock");
}

static void* FillPart(void* size) {
  Faults((size_t)size);
  pause();
  return NULL;
}

static void Threads(size_t size) {
  pthread_t thread;
  for (int i = 0; i < THREADS; i++) {
    if (pthread_create(&thread, NULL, FillPart, (void*)(size / THREADS)) != 0)
      Die("pthread_create");
  }
  pthread_join(thread, NULL);
}

static void Processes(size_t size) {
  for (int i = 0; i < PROCESSES; i++) {
    pid_t pid = fork();
    if (pid < 0) Die("fork");
    if (pid != 0) continue;
    Faults(size / PROCESSES);
    pause();
  }
  int status = 0;
  while (wait(&status) > 0) {
    if (WIFSIGNALED(status)) exit(1);
  }
}

static void Leak(size_t size) {
  for (size_t done = 0; done < size; done += MIB) {
    Faults(MIB);
    SleepMs(20);
  }
}

static void Plateau(size_t size) {
  Faults(size - size / 16);
  SleepMs(3000);
  Leak(size);
}

static void AfterCache(size_t size) {
  static char block[1 << 16];
  int file = open("/data/cached", O_RDWR | O_CREAT | O_TRUNC, 0600);
  if (file < 0) Die("/data/cached");
  for (size_t done = 0; done < 2 * size; done += sizeof block) {
    if (write(file, block, sizeof block) < 0) Die("write");
  }
  if (fsync(file) != 0) Die("fsync");
  Leak(size);
}

static void Sockets(size_t size) {
  static char block[4096];
  for (size_t done = 0; done < size;) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) Die("socketpair");
    for (ssize_t wrote = 0; wrote >= 0; done += (size_t)wrote) {
      wrote = write(pair[0], block, sizeof block);
      if (wrote < 0) break;
    }
    if (errno != EAGAIN) Die("write");
    SleepMs(2);
  }
}

static void Dentries(size_t size) {
  char name[64];
  // An inode of tmpfs and its dentry are about a KiB.
  for (size_t i = 0; i < size / 1024; i++) {
    snprintf(name, sizeof name, "/dev/shm/%zu", i);
    if (mkdir(name, 0700) != 0) Die("mkdir");
  }
}

static const struct {
  const char* name;
  void (*run)(size_t size);
} kShapes[] = {
    {"huge-memset", HugeMemset},
    {"faults", Faults},
    {"populate", Populate},
    {"mlock", Lock},
    {"threads", Threads},
    {"processes", Processes},
    {"leak", Leak},
    {"plateau", Plateau},
    {"after-cache", AfterCache},
    {"sockets", Sockets},
    {"dentries", Dentries},
};

int main(int argc, char** argv) {
  const char* go = TakeGo(&argc, &argv);
  if (argc != 3) exit(2);
  const size_t size = ParseSize(argv[2]);
  for (size_t i = 0; i < sizeof kShapes / sizeof *kShapes; i++) {
    if (strcmp(argv[1], kShapes[i].name) != 0) continue;
    WaitForFile(go);
    kShapes[i].run(size);
    printf("%s: had all of it\n", argv[1]);
    return 0;
  }
  fprintf(stderr, "shapes: '%s' is none that it knows\n", argv[1]);
  return 2;
}
