// Takes anonymous memory: how much, how fast, by whom.
//
// eat [--go FILE] [--size N] [--chunk N] [--delay-ms MS [--slow-from N]] [--hold-at N --hold
// SECONDS]
//     [--teeth N --top N --low N] [--child] [--end FILE] [--processes N]
//
// --slow-from N     at full speed up to that size, and --delay-ms after each chunk only then
// --hold-at/--hold  stop at that size for a while, then go on (a plateau below the limit)
// --teeth N         so often, at the size --top, give back what is above --low (a sawtooth)
// --child           a child eats; the first process reports how it ended, waits for --end, exits 0
// --processes       so many processes eat a share of --size each
#include <getopt.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "load.h"

struct Order {
  const char* go;
  const char* end;
  size_t size;
  size_t chunk;
  size_t hold_at;
  size_t top;
  size_t low;
  size_t slow_from;
  long teeth;
  long hold_seconds;
  long delay_ms;
  long processes;
  int child;
};

static struct Order Parse(int argc, char** argv) {
  static const struct option kOptions[] = {{"go", 1, 0, 'g'},        {"end", 1, 0, 'e'},
                                           {"size", 1, 0, 's'},      {"chunk", 1, 0, 'c'},
                                           {"hold-at", 1, 0, 'a'},   {"hold", 1, 0, 'h'},
                                           {"delay-ms", 1, 0, 'd'},  {"slow-from", 1, 0, 'f'},
                                           {"processes", 1, 0, 'p'}, {"teeth", 1, 0, 't'},
                                           {"top", 1, 0, 'T'},       {"low", 1, 0, 'l'},
                                           {"child", 0, 0, 'k'},     {0, 0, 0, 0}};
  struct Order order = {.size = 1UL << 30, .chunk = 1UL << 20, .processes = 1};
  int option;
  while ((option = getopt_long(argc, argv, "", kOptions, NULL)) != -1) {
    switch (option) {
      case 'g':
        order.go = optarg;
        break;
      case 'e':
        order.end = optarg;
        break;
      case 's':
        order.size = ParseSize(optarg);
        break;
      case 'c':
        order.chunk = ParseSize(optarg);
        break;
      case 'a':
        order.hold_at = ParseSize(optarg);
        break;
      case 'h':
        order.hold_seconds = atol(optarg);
        break;
      case 'd':
        order.delay_ms = atol(optarg);
        break;
      case 'f':
        order.slow_from = ParseSize(optarg);
        break;
      case 'p':
        order.processes = atol(optarg);
        break;
      case 't':
        order.teeth = atol(optarg);
        break;
      case 'T':
        order.top = ParseSize(optarg);
        break;
      case 'l':
        order.low = ParseSize(optarg);
        break;
      case 'k':
        order.child = 1;
        break;
      default:
        exit(2);
    }
  }
  return order;
}

static void Eat(const struct Order* order, size_t size) {
  char* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) Die("mmap");
  // Huge pages would jump over the gap between tripwire and limit in a single fault.
  madvise(memory, size, MADV_NOHUGEPAGE);
  WaitForFile(order->go);
  int held = 0;
  long teeth = order->teeth;
  for (size_t at = 0; at < size; at += order->chunk) {
    if (order->hold_at != 0 && at >= order->hold_at && !held) {
      held = 1;
      SleepMs(order->hold_seconds * 1000);
    }
    if (teeth > 0 && at >= order->top) {
      teeth--;
      madvise(memory + order->low, at - order->low, MADV_DONTNEED);
      at = order->low;
    }
    Fill(memory, at, at + order->chunk < size ? at + order->chunk : size);
    if (order->delay_ms != 0 && at >= order->slow_from) SleepMs(order->delay_ms);
  }
}

static pid_t Spawn(const struct Order* order, size_t size) {
  pid_t pid = fork();
  if (pid < 0) Die("fork");
  if (pid == 0) {
    Eat(order, size);
    // A share that is complete stays, so that the others meet the limit.
    if (order->processes > 1) pause();
    _exit(0);
  }
  return pid;
}

static int ReportChild(const struct Order* order) {
  int status = 0;
  if (waitpid(Spawn(order, order->size), &status, 0) < 0) Die("waitpid");
  if (WIFSIGNALED(status)) {
    printf("child killed by signal %d\n", WTERMSIG(status));
  } else {
    printf("child exited with %d\n", WEXITSTATUS(status));
  }
  fflush(stdout);
  WaitForFile(order->end);
  return 0;
}

int main(int argc, char** argv) {
  struct Order order = Parse(argc, argv);
  if (order.child) return ReportChild(&order);
  size_t share = order.size / (size_t)order.processes;
  for (long i = 1; i < order.processes; i++) Spawn(&order, share);
  Eat(&order, share);
  while (order.processes > 1 && wait(NULL) > 0) {
  }
  return 0;
}
