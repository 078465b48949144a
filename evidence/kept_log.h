#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/container_log.h"

namespace headroom {

/// container/log.txt: a header of lines that begin with "# ", then "TIME STREAM TEXT" a line.
struct KeptLog {
  std::vector<ContainerLine> lines;  ///< bytes of the container again; escape before printing
  std::size_t header = 0;            ///< lines before the first of `lines`
};

/// `source`: where the lines were read. Bytes of the container are written as \xNN.
[[nodiscard]] std::string SerializeKeptLog(const std::vector<ContainerLine>& lines,
                                           std::string_view source);
/// The lines alone, without a header.
[[nodiscard]] std::string SerializeKeptLines(const std::vector<ContainerLine>& lines);
/// The inverse, of 2000 lines at the most; what is no line of a log is an empty one. Pure.
[[nodiscard]] KeptLog ParseKeptLog(std::string_view text);

}  // namespace headroom
