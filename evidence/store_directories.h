#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace headroom {

inline constexpr mode_t kStoreDirectoryMode = 0700;
/// Below the store: what is not whole yet, or is being removed.
inline constexpr const char* kIncoming = "incoming";

/// The store, made if missing and checked as OpenOwned does.
[[nodiscard]] Result<UniqueFd> OpenStore(const std::string& store);

/// The directory `name` of the store, made if missing. kDenied: it is not our own user's, or others
/// may write to it. `path`: its whole path, for messages. No symbolic link is followed.
[[nodiscard]] Result<UniqueFd> OpenOwned(int dir_fd, const std::string& name,
                                         const std::string& path);

}  // namespace headroom
