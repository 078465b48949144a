#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace headroom {

/// The value of a tmpfs' "size=" as the kernel reads it (mm/shmem.c, shmem_parse_one;
/// lib/cmdline.c, memparse): octal behind 0, hexadecimal behind 0x, else decimal; then k, m, g, t,
/// p or e of either case; then "%", of `memory_total`, the host's MemTotal. 0 is no limit, and so
/// is "k".
///
/// nullopt: the kernel refuses it, it is more than 64 bits hold, which the kernel takes for
/// something else, or it is a part of a memory that is not known. Pure.
[[nodiscard]] std::optional<Bytes> ParseTmpfsSize(std::string_view text,
                                                  std::optional<Bytes> memory_total);

/// What among the options of a mount sizes a tmpfs.
struct SizeOption {
  std::string text;           ///< "size=64m"; empty: nothing, and it has half of the host's memory
  std::optional<Bytes> size;  ///< nullopt beside a `text`: what that is cannot be told
};

/// The last "size=" or "nr_blocks=" counts. The second is in pages, whose size config.json does not
/// know, so that it cannot be told.
[[nodiscard]] SizeOption FindSizeOption(const std::vector<std::string>& options,
                                        std::optional<Bytes> memory_total);

}  // namespace headroom
