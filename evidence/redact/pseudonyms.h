#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headroom {

/// Other names for what is private in a bundle: the same for the same thing wherever it stands, so
/// that what belongs together still does. Numbered in the order in which they are asked for. One
/// thread.
class Pseudonyms {
 public:
  /// "process-3"; an empty name stays empty, as it is not known. What is called alike on every host
  /// (public_names.h) keeps its name.
  [[nodiscard]] std::string Process(std::string_view comm);

  /// The path of a program file: where it lies goes, and of its name what Process hides. What is
  /// called alike on every host, and a Python, keep theirs.
  [[nodiscard]] std::string Program(std::string_view exe);
  /// The same where programs of the system stay as they are, and others are what File makes of
  /// them.
  [[nodiscard]] std::string ProgramFile(std::string_view exe);

  /// A path below the cgroup mount. Components that engines and systemd name alike everywhere stay,
  /// and so does what tells an engine's cgroup: "/system.slice/docker-2.scope". So does the unit of
  /// what is called alike on every host, "systemd-oomd.service".
  [[nodiscard]] std::string Cgroup(std::string_view path);

  /// A systemd unit: as it is called in a path.
  [[nodiscard]] std::string Unit(std::string_view name) { return Component(name); }

  /// A tmpfs is mounted there: what lies on it is the container's own, also below a folder of the
  /// system. To be said before the first name is asked for.
  void HideBelow(const std::string& mount_point);

  /// The name of a mapping, or a file on /dev/shm. What is no file ("[heap]"), and files of the
  /// system's programs and libraries, stay. Of others it stays told whether they are on /dev/shm or
  /// a memfd, and whether they were deleted.
  [[nodiscard]] std::string File(std::string_view name);

  /// Where a tmpfs is mounted, "/redacted/mount-1"; "/tmp" and the like stay.
  [[nodiscard]] std::string MountPoint(std::string_view path);
  /// A file on it, wherever that is: the same number that File gives it, below the mount point.
  [[nodiscard]] std::string FileOn(std::string_view mount_point, std::string_view path);

  /// A container other than the one that the bundle is of.
  [[nodiscard]] std::string Container(std::string_view key);

 private:
  using Numbers = std::map<std::string, std::size_t, std::less<>>;
  [[nodiscard]] static std::size_t NumberOf(Numbers& numbers, std::string_view name);
  [[nodiscard]] std::string Component(std::string_view name);
  [[nodiscard]] std::string Bracketed(std::string_view name);
  [[nodiscard]] std::string Numbered(std::string_view name);
  [[nodiscard]] bool IsSystems(std::string_view path) const;
  [[nodiscard]] std::optional<std::string> PublicProgram(std::string_view exe) const;

  Numbers processes_;
  Numbers components_;
  Numbers files_;
  Numbers mounts_;
  Numbers containers_;
  std::vector<std::string> hidden_folders_;  ///< each ends in a slash
};

}  // namespace headroom
