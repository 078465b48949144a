#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace headroom {

/// How an engine keeps what its containers write.
enum class ContainerLogFormat {
  kDockerJson,  ///< Docker's json-file: an object a line
  kCri,         ///< "TIME STREAM F|P TEXT": Podman's k8s-file, CRI's files
};

/// One line that a container wrote. Bytes of the container; escape before printing.
struct ContainerLine {
  std::string stamp;           ///< as the engine wrote it
  std::optional<WallTime> at;  ///< nullopt: the stamp is none that is known
  std::string stream;          ///< "stdout" or "stderr"
  std::string text;            ///< without its line end
};

/// The last lines of a container's log: at most `most` of them, each without secrets
/// (evidence/redaction.h) and at most 1 KiB long. What an engine has split (partial lines) is put
/// together again, to 64 KiB. Lines that are not of that format are left out. Pure.
[[nodiscard]] std::vector<ContainerLine> LastLines(std::string_view text, ContainerLogFormat format,
                                                   std::size_t most = 200);

}  // namespace headroom
