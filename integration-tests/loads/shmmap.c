// Writes to a mapped file on /dev/shm that is larger than /dev/shm: the kernel answers with SIGBUS,
// and with no error that a program could print.
//
// shmmap [--go FILE] FILE SIZE
#include <fcntl.h>
#include <sys/mman.h>

#include "load.h"

int main(int argc, char** argv) {
  const char* go = NULL;
  if (argc > 2 && strcmp(argv[1], "--go") == 0) {
    go = argv[2];
    argv += 2;
    argc -= 2;
  }
  if (argc != 3) {
    fputs("usage: shmmap [--go FILE] FILE SIZE\n", stderr);
    return 2;
  }
  size_t size = ParseSize(argv[2]);
  int fd = open(argv[1], O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, (off_t)size) != 0) Die(argv[1]);
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) Die("mmap");
  WaitForFile(go);
  Fill(memory, 0, size);
  return 0;
}
