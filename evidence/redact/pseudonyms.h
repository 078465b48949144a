#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace headroom {

/// Other names for what is private in a bundle: the same for the same thing wherever it stands, so
/// that what belongs together still does. Numbered in the order in which they are asked for. One
/// thread.
class Pseudonyms {
 public:
  /// "process-3"; an empty name stays empty, as it is not known.
  [[nodiscard]] std::string Process(std::string_view comm);

  /// A path below the cgroup mount. Components that engines and systemd name alike everywhere stay,
  /// and so does what tells an engine's cgroup: "/system.slice/docker-2.scope".
  [[nodiscard]] std::string Cgroup(std::string_view path);

  /// The name of a mapping, or a file on /dev/shm. What is no file ("[heap]"), and files of the
  /// system's programs and libraries, stay. Of others it stays told whether they are on /dev/shm or
  /// a memfd, and whether they were deleted.
  [[nodiscard]] std::string File(std::string_view name);

  /// A container other than the one that the bundle is of.
  [[nodiscard]] std::string Container(std::string_view key);

 private:
  using Numbers = std::map<std::string, std::size_t, std::less<>>;
  [[nodiscard]] static std::size_t NumberOf(Numbers& numbers, std::string_view name);
  [[nodiscard]] std::string Component(std::string_view name);

  Numbers processes_;
  Numbers components_;
  Numbers files_;
  Numbers containers_;
};

}  // namespace headroom
