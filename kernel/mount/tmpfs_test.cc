#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/file.h"
#include "base/testing/own_namespaces.h"
#include "base/testing/temporary_directory.h"
#include "kernel/mount/mountinfo.h"

namespace headroom {
namespace {

constexpr int kNoNamespace = 77;

/// Runs `body` in a process that has a mount namespace of its own with a tmpfs of 1 MiB at `path`;
/// gives its exit status. Needs no privilege where the kernel grants
/// user namespaces to everybody.
int InOwnMountNamespace(const std::string& path, const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    const unsigned long flags = MS_NOSUID | MS_NOEXEC;
    if (!EnterOwnNamespaces() ||
        mount("tmpfs", path.c_str(), "tmpfs", flags, "size=1048576") != 0) {
      _exit(kNoNamespace);
    }
    _exit(body());
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

TEST(ResizeTmpfs, ChangesTheSizeAndKeepsTheMountFlags) {
  const TemporaryDirectory directory;
  const int status = InOwnMountNamespace(directory.path(), [&] {
    if (!ResizeTmpfs(directory.path(), Mebibytes(2))) return 1;
    const auto use = ReadFilesystemUse(directory.path());
    if (!use || use->size != Mebibytes(2) || use->used != Bytes{0}) return 2;
    const auto mounts = ReadMountinfo(HostView{}, getpid());
    const Mount* mount = mounts ? FindMount(*mounts, directory.path()) : nullptr;
    if (mount == nullptr || TmpfsSize(*mount) != Limit(Mebibytes(2))) return 3;
    return mount->mount_options == "rw,nosuid,noexec,relatime" ? 0 : 4;
  });
  if (status == kNoNamespace) GTEST_SKIP() << "no user namespace with a tmpfs can be had here";
  EXPECT_EQ(status, 0);
}

TEST(ResizeTmpfs, GivesTheKernelsOwnWordsWhenItRefuses) {
  const TemporaryDirectory directory;
  const int status = InOwnMountNamespace(directory.path(), [&] {
    const auto root = OpenDirectory(AT_FDCWD, directory.path());
    const std::string bytes(std::size_t{512} << 10U, 'x');
    if (!CreateFileAt(root->get(), "file", bytes, 0600, Durability::kNone)) return 1;
    const auto resized = ResizeTmpfs(directory.path(), Kibibytes(64));
    if (resized) return 2;
    const std::string& what = resized.error().what;
    return what.find("Too small a size for current use") != std::string::npos ? 0 : 3;
  });
  if (status == kNoNamespace) GTEST_SKIP() << "no user namespace with a tmpfs can be had here";
  EXPECT_EQ(status, 0);
}

TEST(ResizeTmpfs, TouchesNothingButATmpfs) {
  const auto resized = ResizeTmpfs("/proc", Mebibytes(1));
  ASSERT_FALSE(resized.has_value());
  EXPECT_EQ(resized.error().code, ErrorCode::kMalformed) << resized.error().Message();
}

TEST(ResizeTmpfs, FollowsNoLinkAndSaysWhatIsMissing) {
  const TemporaryDirectory directory;
  ASSERT_EQ(symlink("/dev/shm", (directory.path() + "/link").c_str()), 0);
  EXPECT_FALSE(ResizeTmpfs(directory.path() + "/link", Mebibytes(1)).has_value());
  const auto missing = ResizeTmpfs(directory.path() + "/none", Mebibytes(1));
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST(FilesystemUse, IsNoMoreThanTheSize) {
  const auto use = ReadFilesystemUse("/");
  ASSERT_TRUE(use.has_value()) << use.error().Message();
  EXPECT_LE(use->used, use->size);
  EXPECT_EQ(ReadFilesystemUse("/nonexistent/x").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
