#include "hook/bundle_link.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr const char* kLinkName = "headroom";

std::unexpected<Error> Refused(const std::string& dir, std::string_view why) {
  return MakeError(ErrorCode::kDenied, dir, why);
}

Status CheckTrusted(int fd, const std::string& dir) {
  struct stat info{};
  if (fstat(fd, &info) != 0) return SystemError(dir, "cannot be examined");
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return Refused(dir, fmt::format("has a component of user {}", info.st_uid));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Refused(dir, "has a component that others may write to");
  }
  return {};
}

/// Opens it one component at a time, each one checked before the next is looked up in it.
Result<UniqueFd> OpenTrusted(const std::string& dir) {
  auto here = OpenDirectory(AT_FDCWD, "/");
  for (const std::string_view component : Split(dir, '/')) {
    if (!here) return here;
    if (auto trusted = CheckTrusted(here->get(), dir); !trusted) {
      return std::unexpected(trusted.error());
    }
    if (component.empty() || component == ".") continue;
    if (component == "..") return Refused(dir, "has a component \"..\"");
    here = OpenDirectory(here->get(), std::string(component));
  }
  if (!here) return here;
  if (auto trusted = CheckTrusted(here->get(), dir); !trusted) {
    return std::unexpected(trusted.error());
  }
  return here;
}

}  // namespace

Status LinkFromBundle(const std::string& bundle_dir, const std::string& target) {
  if (!bundle_dir.starts_with('/') || bundle_dir.find_first_not_of("/.") == std::string::npos) {
    return Refused(bundle_dir, "is no directory of a container's own");
  }
  const auto fd = OpenTrusted(bundle_dir);
  if (!fd) return std::unexpected(fd.error());
  if (symlinkat(target.c_str(), fd->get(), kLinkName) != 0 && errno != EEXIST) {
    return SystemError(bundle_dir + "/" + kLinkName, "cannot be made");
  }
  return {};
}

}  // namespace headroom
