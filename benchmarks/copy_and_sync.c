// Copies a folder of plain files as durably as a bundle is published: below a new name, every file
// as it is written and then every folder flushed to the disk, the rename into place, the folder
// above flushed.
//
// copy_and_sync SOURCE TARGET
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void Die(const char* what) {
  perror(what);
  exit(2);
}

static void Flush(int fd, const char* what) {
  if (fsync(fd) != 0) Die(what);
}

static void CopyFile(int from_dir, int to_dir, const char* name) {
  static char buffer[1 << 20];
  ssize_t got = 0;
  const int from = openat(from_dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (from < 0) Die(name);
  const int to = openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (to < 0) Die(name);
  while ((got = read(from, buffer, sizeof buffer)) > 0) {
    if (write(to, buffer, (size_t)got) != got) Die(name);
  }
  if (got < 0) Die(name);
  Flush(to, name);
  close(from);
  close(to);
}

static int OpenFolder(int dir, const char* name) {
  const int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) Die(name);
  return fd;
}

static void CopyFolder(int from_dir, int to_dir) {
  DIR* folder = fdopendir(dup(from_dir));
  if (folder == NULL) Die("fdopendir");
  const struct dirent* entry;
  while ((entry = readdir(folder)) != NULL) {
    const char* name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    struct stat info;
    if (fstatat(from_dir, name, &info, AT_SYMLINK_NOFOLLOW) != 0) Die(name);
    if (!S_ISDIR(info.st_mode)) {
      CopyFile(from_dir, to_dir, name);
      continue;
    }
    if (mkdirat(to_dir, name, 0700) != 0) Die(name);
    const int from = OpenFolder(from_dir, name);
    const int to = OpenFolder(to_dir, name);
    CopyFolder(from, to);
    close(from);
    close(to);
  }
  closedir(folder);
  Flush(to_dir, "the new folder");
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fputs("usage: copy_and_sync SOURCE TARGET\n", stderr);
    return 2;
  }
  char incoming[4096];
  char above[4096];
  snprintf(incoming, sizeof incoming, "%s.incoming", argv[2]);
  snprintf(above, sizeof above, "%s", argv[2]);
  if (mkdir(incoming, 0700) != 0) Die(incoming);
  const int from = OpenFolder(AT_FDCWD, argv[1]);
  const int to = OpenFolder(AT_FDCWD, incoming);
  CopyFolder(from, to);
  if (rename(incoming, argv[2]) != 0) Die(argv[2]);
  Flush(OpenFolder(AT_FDCWD, dirname(above)), above);
  return 0;
}
