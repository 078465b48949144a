#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "base/result.h"

namespace headroom {

/// The address of a unix socket in the file system; kTooLarge where the path does not fit (107
/// bytes, unix(7)).
class UnixAddress {
 public:
  [[nodiscard]] static Result<UnixAddress> Of(const std::string& path);

  [[nodiscard]] const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&address_);  // NOLINT: how the calls want it
  }
  [[nodiscard]] static constexpr socklen_t size() { return sizeof(sockaddr_un); }

 private:
  sockaddr_un address_{};
};

}  // namespace headroom
