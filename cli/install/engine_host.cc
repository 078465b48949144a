#include "cli/install/engine_host.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace headroom {

std::string FindProgram(const EngineHost& host, const std::string& name) {
  for (const std::string& dir : host.program_dirs) {
    std::string path = fmt::format("{}/{}", dir, name);
    struct stat info{};
    if (stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        access(path.c_str(), X_OK) == 0) {
      return path;
    }
  }
  return "";
}

Status CheckProgram(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) {
    return SystemError(path,
                       "is what the engine would start for every container: install Headroom "
                       "first, with the prefix /usr");
  }
  if (!S_ISREG(info.st_mode) || access(path.c_str(), X_OK) != 0) {
    return MakeError(ErrorCode::kDenied, path,
                     "is no executable file, expected a program: install Headroom anew");
  }
  if ((info.st_mode & S_IWOTH) != 0) {
    return MakeError(ErrorCode::kDenied, path,
                     "can be changed by anybody, and would be run as root: chmod o-w it first");
  }
  return {};
}

}  // namespace headroom
