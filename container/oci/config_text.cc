#include "container/oci/config_text.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "container/oci/oci_config.h"

namespace headroom {

Result<std::string> ReadConfigText(const std::string& path) {
  const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  if (!S_ISREG(info.st_mode)) return Malformed(path, "is not a regular file");
  return ReadRegularFile(fd->get(), path, kMaxConfigBytes);
}

}  // namespace headroom
