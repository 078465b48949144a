#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// The config.json that a runtime is about to read, held with its directory.
///
/// Only a regular file of root's or of this user's, with one name, not reached through a symbolic
/// link in its last component: what somebody else could lead elsewhere is neither read nor written.
class BundleConfig {
 public:
  /// Reads it. kDenied where it is not as above, kTooLarge above kMaxConfigBytes.
  [[nodiscard]] static Result<BundleConfig> Open(const std::string& directory,
                                                 const std::string& name);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Puts another text in its place in one step, on the disk when it returns; mode and owner stay.
  /// kGone when the file is not the one any more that was read. On an error the old one is there.
  [[nodiscard]] Status Replace(std::string_view text) const;

 private:
  BundleConfig() = default;
  [[nodiscard]] Status CheckUnchanged() const;

  std::string path_;
  std::string name_;
  UniqueFd directory_;
  struct stat info_{};
  std::string text_;
};

}  // namespace headroom
