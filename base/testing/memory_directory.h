#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace headroom {

/// A directory for one test, on /dev/shm where the host has that, removed with all it holds at the
/// end of the scope: for tests that flush thousands of files, which on a busy disk take minutes.
class MemoryDirectory {
 public:
  MemoryDirectory() {
    const std::filesystem::path shm = "/dev/shm";
    path_ = (std::filesystem::is_directory(shm) ? shm : std::filesystem::temp_directory_path()) /
            "headroom-test-XXXXXX";
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no directory: " + path_);
  }
  MemoryDirectory(const MemoryDirectory&) = delete;
  MemoryDirectory& operator=(const MemoryDirectory&) = delete;
  ~MemoryDirectory() {
    std::error_code ignored;  // a test that fails to clean up has failed already
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace headroom
