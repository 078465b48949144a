#include "cli/run/place.h"

#include <fmt/format.h>

#include "base/text.h"

namespace headroom {
namespace {

/// An ordinary user has a cgroup of their own from systemd alone, and only on v2.
std::string WhyNotAsUser(const RunPlace& place) {
  if (place.version == CgroupVersion::kV1) {
    return "the memory controller is on cgroup v1, where systemd lets only root set limits, "
           "expected cgroup v2: try again with sudo, or boot with "
           "systemd.unified_cgroup_hierarchy=1";
  }
  if (!place.runtime_dir) {
    return fmt::format(
        "XDG_RUNTIME_DIR is not set, expected /run/user/{}, where this user's systemd is asked for "
        "a cgroup: log in as that user instead of su or sudo -u (or, where the directory is "
        "there, export it), or run this as root with sudo",
        place.uid);
  }
  if (!place.systemd) {
    return "no systemd runs on this host, which alone gives an ordinary user a cgroup with a "
           "limit: try again with sudo";
  }
  if (place.user_systemd) return "";
  return fmt::format(
      "{} is not there, expected the socket of this user's systemd (user@{}.service), which makes "
      "the cgroup: log in as that user, or have it run without a login by loginctl enable-linger "
      "(as root: loginctl enable-linger {}), or run this as root with sudo",
      EscapedForPeople(SocketOfUserSystemd(*place.runtime_dir)), place.uid, place.uid);
}

}  // namespace

std::string SocketOfUserSystemd(const std::string& runtime_dir) {
  return runtime_dir + "/systemd/private";
}

std::string WhyNotHere(const RunPlace& place) {
  if (place.version == CgroupVersion::kMissing) {
    return "this kernel offers no memory controller, so there can be no limit";
  }
  return place.root ? "" : WhyNotAsUser(place);
}

}  // namespace headroom
