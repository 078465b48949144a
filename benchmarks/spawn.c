// Times whole processes, from posix_spawn to the end of waitpid: one command, or two that take
// turns, so that what else the machine does at that moment slows down both.
//
// spawn [--rounds N] [--warm-up N] [--pause-ms MS] [--inputs FOLDER] -- COMMAND... [--
// REFERENCE...]
//
// Round i (from 1, warm-up rounds first) has FOLDER/i as standard input of both commands. Prints
// nanoseconds a command, and ratios: of each round's pair, of the medians, of the minima.
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

struct Order {
  long rounds;
  long warm_up;
  long swap;
  const char* input;
  const char* inputs;
  char** command;
  char** reference;  // NULL: there is none
};

static void Die(const char* what) {
  perror(what);
  exit(2);
}

static _Noreturn void Usage(void) {
  fputs(
      "usage: spawn [--rounds N] [--warm-up N] [--swap 1] [--input FILE] [--inputs FOLDER] "
      "-- COMMAND... [-- REFERENCE...]\n",
      stderr);
  exit(2);
}

static struct Order Parse(int argc, char** argv) {
  static const struct option kOptions[] = {{"rounds", 1, 0, 'r'}, {"warm-up", 1, 0, 'w'},
                                           {"swap", 1, 0, 's'},   {"input", 1, 0, 'f'},
                                           {"inputs", 1, 0, 'i'}, {0, 0, 0, 0}};
  struct Order order = {.rounds = 31, .warm_up = 3, .input = "/dev/null"};
  int option;
  while ((option = getopt_long(argc, argv, "+", kOptions, NULL)) != -1) {
    if (option == 'r') {
      order.rounds = atol(optarg);
    } else if (option == 'w') {
      order.warm_up = atol(optarg);
    } else if (option == 's') {
      order.swap = atol(optarg);
    } else if (option == 'f') {
      order.input = optarg;
    } else if (option == 'i') {
      order.inputs = optarg;
    } else {
      Usage();
    }
  }
  if (optind >= argc || order.rounds < 1) Usage();
  order.command = argv + optind;
  for (int i = optind; i < argc; i++) {
    if (strcmp(argv[i], "--") != 0) continue;
    argv[i] = NULL;
    order.reference = argv + i + 1;
  }
  if (order.command[0] == NULL || (order.reference != NULL && order.reference[0] == NULL)) Usage();
  return order;
}

static uint64_t NowNs(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

static uint64_t TimeOnce(char** command, const char* input) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, input, O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t pid = 0;
  int status = 0;
  const uint64_t start = NowNs();
  errno = posix_spawn(&pid, command[0], &files, NULL, command, environ);
  if (errno != 0) Die(command[0]);
  if (waitpid(pid, &status, 0) != pid) Die("waitpid");
  const uint64_t end = NowNs();
  posix_spawn_file_actions_destroy(&files);
  if (status != 0) {
    fprintf(stderr, "%s: wait status 0x%x, expected 0\n", command[0], (unsigned)status);
    exit(1);
  }
  return end - start;
}

static int Compare(const void* left, const void* right) {
  const double a = *(const double*)left;
  const double b = *(const double*)right;
  return (a > b) - (a < b);
}

// Sorts, and prints "<name> n=... min q1 median q3 max"; returns the median.
static double Print(const char* name, double* values, long count, const char* format) {
  qsort(values, (size_t)count, sizeof *values, Compare);
  const long places[] = {0, count / 4, count / 2, count * 3 / 4, count - 1};
  static const char* const kNames[] = {"min", "q1", "median", "q3", "max"};
  printf("%s n=%ld", name, count);
  for (int i = 0; i < 5; i++) {
    printf(" %s=", kNames[i]);
    printf(format, values[places[i]]);
  }
  printf("\n");
  return values[count / 2];
}

static void Report(const struct Order* order, double* command, double* reference) {
  if (order->reference == NULL) {
    (void)Print("command_ns", command, order->rounds, "%.0f");
    return;
  }
  double* ratios = calloc((size_t)order->rounds, sizeof *ratios);
  if (ratios == NULL) Die("calloc");
  for (long i = 0; i < order->rounds; i++) ratios[i] = command[i] / reference[i];
  const double ours = Print("command_ns", command, order->rounds, "%.0f");
  const double theirs = Print("reference_ns", reference, order->rounds, "%.0f");
  (void)Print("ratio_of_pairs", ratios, order->rounds, "%.2f");
  printf("ratio_of_medians %.2f ratio_of_minima %.2f\n", ours / theirs, command[0] / reference[0]);
  free(ratios);
}

static void RunPair(const struct Order* order, long round, double* command, double* reference) {
  char numbered[4096];
  const char* input = order->input;
  if (order->inputs != NULL) {
    snprintf(numbered, sizeof numbered, "%s/%ld", order->inputs, round + 1);
    input = numbered;
  }
  // Whoever runs second may find warmer caches: each is second half of the time.
  const int reference_first = (round + order->swap) % 2 != 0;
  if (order->reference != NULL && reference_first) {
    *reference = (double)TimeOnce(order->reference, input);
  }
  *command = (double)TimeOnce(order->command, input);
  if (order->reference != NULL && !reference_first) {
    *reference = (double)TimeOnce(order->reference, input);
  }
}

int main(int argc, char** argv) {
  const struct Order order = Parse(argc, argv);
  double* times = calloc((size_t)order.rounds * 2, sizeof *times);
  if (times == NULL) Die("calloc");
  double* reference = times + order.rounds;
  double ignored[2];
  for (long i = 0; i < order.warm_up; i++) RunPair(&order, i, &ignored[0], &ignored[1]);
  for (long i = 0; i < order.rounds; i++) {
    RunPair(&order, order.warm_up + i, &times[i], &reference[i]);
  }
  Report(&order, times, reference);
  free(times);
  return 0;
}
