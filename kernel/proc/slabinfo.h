#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// One cache of /proc/slabinfo (mm/slab_common.c, version 2.1), which root alone may read.
struct SlabCache {
  std::string name;
  std::uint64_t objects = 0;  ///< that there is room for, in use or not
  Bytes object_size;
  Bytes size;  ///< the pages of its slabs
};

/// Pure. `page` is the size of a page on the machine that the text is from, which it does not say.
/// kMalformed: no such file, or a row without its numbers.
[[nodiscard]] Result<std::vector<SlabCache>> ParseSlabinfo(std::string_view text, Bytes page);

}  // namespace headroom
