#include "evidence/kubelet_log.h"

#include <fmt/format.h>

#include "evidence/kept_log.h"

namespace headroom {

std::string SerializeKubeletLog(const std::vector<ContainerLine>& lines) {
  return fmt::format(
             "# What the kubelet wrote of evictions in the journal, up to the time of this bundle: "
             "{} lines\n"
             "# Each is its time, the systemd unit that wrote it, and its text; \\xNN is a byte "
             "that cannot be shown.\n",
             lines.size()) +
         SerializeKeptLines(lines);
}

}  // namespace headroom
