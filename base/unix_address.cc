#include "base/unix_address.h"

namespace headroom {

Result<UnixAddress> UnixAddress::Of(const std::string& path) {
  UnixAddress made;
  if (path.size() >= sizeof made.address_.sun_path) {
    return MakeError(ErrorCode::kTooLarge, path, "is too long for a socket address");
  }
  made.address_.sun_family = AF_UNIX;
  path.copy(made.address_.sun_path, path.size());
  return made;
}

}  // namespace headroom
