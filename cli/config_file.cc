#include "cli/config_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/containers.h"
#include "container/facts/facts_of_config.h"
#include "container/oci/oci_config.h"

namespace headroom {
namespace {

bool IsFolder(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool Exists(const std::string& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0;
}

}  // namespace

std::optional<std::string> ConfigFileMeant(const std::string& argument) {
  std::string inside = argument + (argument.ends_with('/') ? "" : "/") + "config.json";
  const bool is_path = MeansPath(argument);
  if (IsFolder(argument) && (is_path || Exists(inside))) return inside;
  return is_path || argument.ends_with(".json") ? std::optional(argument) : std::nullopt;
}

Result<ContainerFacts> FactsOfConfigFile(const std::string& path) {
  // Not blocking, so that a FIFO cannot stop the command.
  const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  if (!S_ISREG(info.st_mode)) return Malformed(path, "is not a regular file");
  const auto text = ReadRegularFile(fd->get(), path, kMaxConfigBytes);
  if (!text) return std::unexpected(text.error());
  const auto config = ParseOciConfig(*text, path);
  if (!config) return std::unexpected(config.error());
  return FactsOfConfig(*config, {});
}

}  // namespace headroom
