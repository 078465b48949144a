#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// One key of a "flat keyed" file (Documentation/admin-guide/cgroup-v2.rst, "Format") and where
/// its value goes: exactly one of the two is set. Borrowed for the call.
struct FlatKey {
  std::string_view name;
  std::optional<std::uint64_t>* number = nullptr;
  std::optional<Bytes>* bytes = nullptr;
};

/// Reads "KEY VALUE" lines into `keys`. Keys that are not listed are skipped whatever follows
/// them; listed ones that do not occur are left as they were. Pure; `file` is for messages.
/// Errors: kMalformed (no decimal number, or a listed key twice), with the line.
[[nodiscard]] Status FillFlatKeys(std::string_view text, std::string_view file,
                                  std::span<const FlatKey> keys);

}  // namespace headroom
