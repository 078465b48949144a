#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/owned_file.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

/// What a symbolic link in the place of a configuration file means.
enum class Links {
  kFollow,  ///< the file that it leads to is changed, and the link stays
  kRefuse,
};

/// Whether something is to be written: then another `headroom install` on files in the same folder
/// is kept out.
enum class Access : bool { kRead, kWrite };

/// A file of an engine's configuration that is read, and may be changed, made or removed once. What
/// it was before is kept beside it under a dated name, "daemon.json.headroom-20261125T234512Z".
class TargetFile {
 public:
  /// kDenied for what OwnedFile refuses, kExists when another install is at work there.
  [[nodiscard]] static Result<TargetFile> Open(const std::string& path, Links links, Access access);

  /// Where it really lies, links followed.
  [[nodiscard]] std::string path() const { return directory_ + "/" + name_; }
  /// nullopt: there is no such file.
  [[nodiscard]] std::optional<std::string_view> text() const;

  /// One text that was kept.
  struct Kept {
    std::string name;
    std::string text;
  };
  /// Those beside it, newest first; what cannot be read or trusted is left out.
  [[nodiscard]] Result<std::vector<Kept>> Backups() const;

  /// Another text. The path of the backup comes back; empty where the file was made.
  [[nodiscard]] Result<std::string> Write(std::string_view text, WallTime now);
  /// That backup itself in its place: its owner, mode and time too.
  [[nodiscard]] Status PutBack(const Kept& kept);
  /// Without a backup: of what `headroom install` made, and nobody changed.
  [[nodiscard]] Status Remove();
  /// Out of the engine's sight, under a dated name, whose path comes back.
  [[nodiscard]] Result<std::string> SetAside(WallTime now);

 private:
  TargetFile() = default;
  [[nodiscard]] Status Make(std::string_view text);

  std::string directory_;
  std::string name_;
  UniqueFd lock_;
  std::optional<OwnedFile> file_;
};

}  // namespace headroom
