#include "cli/store_argument.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/text.h"

namespace headroom {

std::string RefuseNoStore(const std::string& path) {
  if (path.empty()) return "is empty";
  struct stat info{};
  const bool known = stat(path.c_str(), &info) == 0;
  if (known ? S_ISDIR(info.st_mode) : errno != ENOENT && errno != ENOTDIR) return "";
  return EscapedForPeople(path) + " is no directory, expected a bundle store";
}

}  // namespace headroom
