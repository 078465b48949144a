#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <string>

#include "fix/testing/fix_fixture.h"

namespace headroom {

/// Directories stand in for the container's /dev/shm and for one other tmpfs of it, two functions
/// for what the kernel says and does of them.
class TmpfsFixture : public FixFixture {
 protected:
  struct FakeTmpfs {
    Bytes size = Mebibytes(64);  ///< 0: none, as statfs has it
    Bytes used{0};
    int resized = 0;  ///< times
  };

  explicit TmpfsFixture(const std::string& other) {
    const std::string rootfs = "proc/4321/root" + host_.bundle() + "/rootfs";
    host_.Write(rootfs + "/dev/shm/x", "");
    host_.Write(rootfs + other + "/x", "");
    struct stat info{};
    EXPECT_EQ(stat(host_.path().c_str(), &info), 0);
    facts_.shm->device = info.st_dev;
    facts_.tmpfs = {{.destination = other,
                     .mount_point = host_.bundle() + "/rootfs" + other,
                     .device = info.st_dev,
                     .read_only = false,
                     .size = std::nullopt}};
    context_.host_shm = "/proc";  // of another device
    context_.filesystem_use = [this](const std::string& path) -> Result<FilesystemUse> {
      const FakeTmpfs& tmpfs = Named(std::filesystem::read_symlink(path));
      return FilesystemUse{.size = tmpfs.size, .used = tmpfs.used};
    };
    context_.resize_tmpfs = [this](int, std::string_view destination, Bytes size) -> Status {
      FakeTmpfs& tmpfs = Named(destination);
      tmpfs.size = size;
      ++tmpfs.resized;
      return {};
    };
  }

  /// By the last name of its path.
  FakeTmpfs& Named(const std::filesystem::path& path) { return tmpfs_[path.filename()]; }

 private:
  std::map<std::string, FakeTmpfs> tmpfs_;
};

}  // namespace headroom
