// Maps a file that just fits below the limit and reads pages of it at random: memory that could be
// reclaimed but is in use. Prints how many touches were done in the time.
//
// hotfile FILE SECONDS, gated by /data/go and /data/measure
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "load.h"

static volatile unsigned char sink;

// xorshift: the same walk in every run, so that runs compare.
static unsigned long Next(unsigned long state) {
  state ^= state << 13;
  state ^= state >> 7;
  return state ^ (state << 17);
}

// The whole page: a single byte of it would measure address translation, which emulated processors
// do at speeds that differ by a factor of five from run to run.
static unsigned char Read(const unsigned char* page) {
  unsigned char sum = 0;
  for (int i = 0; i < 4096; i++) sum = (unsigned char)(sum + page[i]);
  return sum;
}

static unsigned long Touch(const unsigned char* memory, size_t pages, double seconds) {
  unsigned long touches = 0;
  unsigned long state = 88172645463325252UL;
  const double end = Now() + seconds;
  while (Now() < end) {
    for (int i = 0; i < 256; i++) {
      state = Next(state);
      sink = Read(memory + (state % pages) * 4096);
    }
    touches += 256;
  }
  return touches;
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fputs("usage: hotfile FILE SECONDS\n", stderr);
    return 2;
  }
  WaitForFile("/data/go");
  int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (fd < 0) Die(argv[1]);
  // Cached pages belong to the cgroup that read them first: another one's would cost us nothing.
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  struct stat info;
  if (fstat(fd, &info) != 0) Die("fstat");
  size_t size = (size_t)info.st_size;
  unsigned char* memory = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) Die("mmap");
  for (size_t at = 0; at < size; at += 4096) sink = memory[at];
  WaitUntilMeasured("/data/warm", "/data/measure");
  printf("%lu\n", Touch(memory, size / 4096, atof(argv[2])));
  return 0;
}
