#pragma once

#include <string>

#include "base/unique_fd.h"

namespace headroom {

/// A directory for one test, removed with all it holds at the end of the scope.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int fd() const { return fd_.get(); }

  /// Writes a file, making the directories above it. For building trees from literals.
  void Write(const std::string& name, const std::string& bytes) const;

 private:
  std::string path_;
  UniqueFd fd_;
};

}  // namespace headroom
