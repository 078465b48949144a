#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// A file of somebody else's format that we are about to change, held with its directory.
///
/// Only a regular file of root's or of this user's, with one name, not reached through a symbolic
/// link in its last component: what somebody else could lead elsewhere is neither read nor written.
/// Every change is one step and on the disk when it returns; on an error the file is as it was.
class OwnedFile {
 public:
  /// Reads it. kNotFound: no such file, in a directory that is there or not. kDenied where it is
  /// not as above, kTooLarge above `max_bytes`.
  [[nodiscard]] static Result<OwnedFile> Open(const std::string& directory, const std::string& name,
                                              std::size_t max_bytes);

  /// A new file, in a directory that is there; it appears whole. kExists: that name is taken.
  [[nodiscard]] static Status Create(const std::string& directory, const std::string& name,
                                     std::string_view text, mode_t mode);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  // Of each that follows: kGone when the file is not the one any more that was read. After one that
  // succeeded this object is of no more use.

  /// Puts another text in its place; mode and owner stay.
  [[nodiscard]] Status Replace(std::string_view text) const;
  /// The same; the old file itself stays beside it as `backup`. kExists: that name is taken.
  [[nodiscard]] Status ReplaceKeeping(std::string_view text, const std::string& backup) const;
  /// Puts the file of that name beside it in its place.
  [[nodiscard]] Status ReplaceBy(const std::string& backup) const;
  [[nodiscard]] Status Remove() const;
  /// Gives it that other name beside it. kExists as above.
  [[nodiscard]] Status RenameTo(const std::string& name) const;

 private:
  OwnedFile() = default;
  [[nodiscard]] Status CheckUnchanged() const;
  [[nodiscard]] Status Link(const std::string& backup) const;
  [[nodiscard]] Status PutInPlace(std::string_view text, const std::string* backup) const;

  std::string path_;
  std::string name_;
  UniqueFd directory_;
  struct stat info_{};
  std::string text_;
};

}  // namespace headroom
