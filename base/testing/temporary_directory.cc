#include "base/testing/temporary_directory.h"

#include <fcntl.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "base/file.h"

namespace headroom {

TemporaryDirectory::TemporaryDirectory() {
  path_ = std::filesystem::temp_directory_path() / "headroom-test-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr)
    throw std::runtime_error("no temporary directory: " + path_);
  fd_ = OpenDirectory(AT_FDCWD, path_).value();
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // a test that fails to clean up has failed already
  std::filesystem::remove_all(path_, ignored);
}

void TemporaryDirectory::Write(const std::string& name, const std::string& bytes) const {
  std::filesystem::create_directories(std::filesystem::path(path_ + "/" + name).parent_path());
  ReplaceFileAt(fd_.get(), name, bytes, 0600, Durability::kNone).value();
}

}  // namespace headroom
