#pragma once

#include <string_view>
#include <vector>

#include "evidence/container_log.h"

namespace headroom {

/// Where the driver writes, below the folder that Docker has for the container.
inline constexpr std::string_view kDockerLocalLog = "local-logs/container.log";

/// The records of Docker's log driver `local`, in order: each is its length (four bytes, big
/// endian), a protobuf message, and its length again (moby: daemon/logger/local/local.go,
/// api/types/plugins/logdriver/entry.proto). Read from the end, as a text that begins in the middle
/// of a record can only be read from there; ends at the first record that is none. A message
/// without a line, or with a stream that is not known, is left out. Pure.
[[nodiscard]] std::vector<ContainerLogPiece> ParseDockerLocalLog(std::string_view text);

}  // namespace headroom
