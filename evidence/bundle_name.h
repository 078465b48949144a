#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "evidence/store.h"

namespace headroom {

/// The first 8 hex digits of a generation's SHA-256: tells the generations of one container apart
/// in a directory name of bearable length.
[[nodiscard]] std::string GenerationHash(std::string_view generation);

/// "20261121T031244Z-oom-kill-1a2b3c4d-0-1"; of an era but the first "20261121T031244Z.1-oom-...",
/// see evidence/bundle_order.h.
[[nodiscard]] std::string BundleName(const Store::Draft& draft, std::uint64_t era = 0);

/// The inverse: stamp, kind and incident of a bundle's directory name (path and container_dir stay
/// empty). nullopt for any other name.
[[nodiscard]] std::optional<BundleEntry> ParseBundleName(std::string_view name);

/// IncidentId::DirectoryPart() taken apart; nullopt for any other text.
struct IncidentPart {
  std::string hash;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};
[[nodiscard]] std::optional<IncidentPart> ParseIncidentPart(std::string_view text);

}  // namespace headroom
