#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "explain/html/chart/timeline.h"
#include "explain/html/markup.h"
#include "explain/study/breakdown.h"

namespace headroom {

/// One part of a bar.
struct BarPart {
  std::string_view name;             ///< for people
  std::optional<MemoryPart> family;  ///< whose colour and texture it has; nullopt: in no figure
  std::optional<Bytes> bytes;        ///< nullopt: not recorded
};

/// Memory in parts, as one bar and as a table of the same.
struct PartBar {
  std::vector<BarPart> rows;
  std::optional<Bytes> limit;        ///< of the cgroup; nullopt: none, or not known
  std::vector<std::string> nothing;  ///< parts that were stated as nothing
  std::string remark;                ///< below the table; may be empty
};

/// All that is stated of it. Parts that are nothing have no row; where nothing is stated of
/// anonymous or shared memory, of the kernel's or of the cache, that is a row of its own.
[[nodiscard]] PartBar FullParts(const Breakdown& breakdown, std::optional<Bytes> limit);

/// The bar is as wide as the limit, or as all parts where they are more or there is none. Once a
/// page.
void PutPartBar(Markup& out, const PartBar& bar);

}  // namespace headroom
