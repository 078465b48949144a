// Grows a file on /dev/shm: memory that belongs to no process, and that `top` shows nowhere.
// With --map it has its size at once and is written through a mapping: where /dev/shm is too small
// for it, the kernel answers with SIGBUS, and with no error that a program could print.
//
// shmfile [--map] [--go FILE] FILE SIZE
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>

#include "load.h"

static void Write(int fd, size_t size) {
  static char block[64 * 1024];
  memset(block, 'x', sizeof block);
  for (size_t done = 0; done < size; done += sizeof block) {
    if (write(fd, block, sizeof block) < 0) Die("write");
  }
}

static char* Map(int fd, size_t size) {
  if (ftruncate(fd, (off_t)size) != 0) Die("ftruncate");
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) Die("mmap");
  return memory;
}

int main(int argc, char** argv) {
  const char* go = NULL;
  bool map = false;
  if (argc > 1 && strcmp(argv[1], "--map") == 0) {
    map = true;
    argv++;
    argc--;
  }
  if (argc > 2 && strcmp(argv[1], "--go") == 0) {
    go = argv[2];
    argv += 2;
    argc -= 2;
  }
  if (argc != 3) {
    fputs("usage: shmfile [--map] [--go FILE] FILE SIZE\n", stderr);
    return 2;
  }
  size_t size = ParseSize(argv[2]);
  int fd = open(argv[1], O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) Die(argv[1]);
  char* memory = map ? Map(fd, size) : NULL;
  WaitForFile(go);
  if (map) {
    Fill(memory, 0, size);
  } else {
    Write(fd, size);
  }
  return 0;
}
