#include "container/oci/bundle_link.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "base/text.h"

namespace headroom {
namespace {

constexpr const char* kLinkName = "headroom";

std::unexpected<Error> Refused(const std::string& dir, std::string_view why) {
  return MakeError(ErrorCode::kDenied, dir, why);
}

/// What nobody else can replace: once a directory is trusted, so is what its entries are.
Status CheckTrusted(const std::string& path, const std::string& dir) {
  struct stat info{};
  if (lstat(path.c_str(), &info) != 0) return SystemError(dir, "cannot be examined");
  if (!S_ISDIR(info.st_mode)) return Refused(dir, "has a component that is no directory");
  if (info.st_uid != 0 && info.st_uid != geteuid()) {
    return Refused(dir, fmt::format("has a component of user {}", info.st_uid));
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Refused(dir, "has a component that others may write to");
  }
  return {};
}

/// From "/" down, each component before the next is looked up in it. The names stay what they were
/// found to be: only root and this user can change them.
Status CheckTrustedPath(const std::string& dir) {
  std::string path;
  auto trusted = CheckTrusted("/", dir);
  for (const std::string_view component : Split(dir, '/')) {
    if (!trusted) return trusted;
    if (component.empty() || component == ".") continue;
    if (component == "..") return Refused(dir, "has a component \"..\"");
    path += '/';
    path += component;
    trusted = CheckTrusted(path, dir);
  }
  return trusted;
}

}  // namespace

Status LinkFromBundle(const std::string& bundle_dir, const std::string& target) {
  if (!bundle_dir.starts_with('/') || bundle_dir.find_first_not_of("/.") == std::string::npos) {
    return Refused(bundle_dir, "is no directory of a container's own");
  }
  if (auto trusted = CheckTrustedPath(bundle_dir); !trusted) return trusted;
  const std::string link = bundle_dir + "/" + kLinkName;
  if (symlink(target.c_str(), link.c_str()) != 0 && errno != EEXIST) {
    return SystemError(link, "cannot be made");
  }
  return {};
}

}  // namespace headroom
