// What the loads share: sizes on their command lines, and the gate at which they wait.
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static inline void Die(const char* what) {
  perror(what);
  exit(2);
}

// "64M" -> 67108864. Ends the program on anything else than a number and K, M or G.
static inline size_t ParseSize(const char* text) {
  char* end = NULL;
  size_t value = strtoull(text, &end, 10);
  switch (*end) {
    case 'G':
      value <<= 10;
      __attribute__((fallthrough));
    case 'M':
      value <<= 10;
      __attribute__((fallthrough));
    case 'K':
      value <<= 10;
      end++;
      break;
    default:
      break;
  }
  if (end == text || *end != '\0') {
    fprintf(stderr, "size '%s': expected a number with K, M or G\n", text);
    exit(2);
  }
  return value;
}

static inline void SleepMs(long ms) {
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0) {
  }
}

static inline double Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

// Waits until `path` exists: a scenario first looks at the idle container, then lets the load go.
// NULL does not wait.
static inline void WaitForFile(const char* path) {
  while (path != NULL && access(path, F_OK) != 0) SleepMs(10);
}

// "--go FILE" where the arguments begin with it, which are then those behind it; NULL where not.
static inline const char* TakeGo(int* argc, char*** argv) {
  if (*argc <= 2 || strcmp((*argv)[1], "--go") != 0) return NULL;
  const char* go = (*argv)[2];
  *argv += 2;
  *argc -= 2;
  return go;
}

// A load that is measured warms up first, says so, and waits for the other one of its pair.
static inline void WaitUntilMeasured(const char* warm, const char* measure) {
  FILE* file = fopen(warm, "w");
  if (file == NULL || fclose(file) != 0) Die(warm);
  WaitForFile(measure);
}

// Makes the pages of [from, to) resident, each with content of its own.
static inline void Fill(char* memory, size_t from, size_t to) {
  for (size_t at = from; at < to; at += 4096) memcpy(memory + at, &at, sizeof at);
}
