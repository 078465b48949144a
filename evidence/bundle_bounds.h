#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "evidence/store.h"

namespace headroom {

/// What is read of a bundle. It may come from anybody, so whoever reads one refuses more than that,
/// and nothing that is larger is ever published (FinishDraft).
inline constexpr std::size_t kMaxBundleFileBytes = std::size_t{16} << 20U;
/// Parsed, a JSON text may take 25 times its length. Ours are below 1 MiB, as a rule.
inline constexpr std::size_t kMaxBundleJsonBytes = std::size_t{4} << 20U;
inline constexpr std::size_t kMaxManifestBytes = std::size_t{2} << 20U;
inline constexpr std::size_t kMaxBundleBytes = std::size_t{64} << 20U;  ///< of all files together

/// Of one section by its name.
[[nodiscard]] std::size_t MostBytesOf(std::string_view section);

/// Brings one section within its bound, and its row says so: of a log its newest lines are left, of
/// another text its first (kPartial), and of a record, which is nothing by halves, none of it
/// (kUnavailable). Whoever cites lines of a section has to do that first.
void BoundSection(Section& section);

/// The same for each, and for all together: where they are too much, the largest are left out. What
/// the verdict takes is kept free, so that it is not for its coming that a section goes which it
/// rests on.
void BoundSections(std::vector<Section>& sections);

}  // namespace headroom
