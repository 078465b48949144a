// Grows a file on /dev/shm: memory that belongs to no process, and that `top` shows nowhere.
//
// shmfile [--go FILE] FILE SIZE
#include <fcntl.h>

#include "load.h"

int main(int argc, char** argv) {
  const char* go = NULL;
  if (argc > 2 && strcmp(argv[1], "--go") == 0) {
    go = argv[2];
    argv += 2;
    argc -= 2;
  }
  if (argc != 3) {
    fputs("usage: shmfile [--go FILE] FILE SIZE\n", stderr);
    return 2;
  }
  size_t size = ParseSize(argv[2]);
  int fd = open(argv[1], O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0) Die(argv[1]);
  WaitForFile(go);
  static char block[64 * 1024];
  memset(block, 'x', sizeof block);
  for (size_t done = 0; done < size; done += sizeof block) {
    if (write(fd, block, sizeof block) < 0) Die("write");
  }
  return 0;
}
