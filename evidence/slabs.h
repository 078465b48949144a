#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace headroom {

/// One cache of the kernel's slab allocator, of the whole host.
struct SlabRow {
  std::string name;  ///< bytes
  std::optional<Bytes> size;
  std::optional<std::uint64_t> objects;
  std::optional<Bytes> object_size;
};

/// host/slabinfo.json, schema "headroom.slabinfo/1": the largest of them.
struct SlabTable {
  std::vector<SlabRow> caches;         ///< largest first
  std::optional<Bytes> total_size;     ///< of all caches
  std::optional<std::uint64_t> total;  ///< caches; there may be more than rows
};
[[nodiscard]] std::string SerializeSlabs(const SlabTable& table);
[[nodiscard]] Result<SlabTable> ParseSlabs(std::string_view text, std::string_view where);

}  // namespace headroom
