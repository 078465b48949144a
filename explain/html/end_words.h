#pragma once

#include <string_view>

#include "evidence/store.h"

namespace headroom {

/// What a bundle's moment is called: times of a page are counted from it.
struct EndWords {
  std::string_view name;   ///< "the kill"
  std::string_view label;  ///< "kill", at an axis
  std::string_view event;  ///< "killed", as a moment
};

/// Only the OOM killer is known to have killed; another end may be an exit, and a container that
/// stood still lives.
[[nodiscard]] constexpr EndWords EndWordsOf(BundleKind kind) {
  switch (kind) {
    case BundleKind::kOomKill:
    case BundleKind::kGroupKill:
      return {"the kill", "kill", "killed"};
    case BundleKind::kKilled:
      return {"the end", "end", "ended"};
    default:
      return {"the incident", "incident", "the incident was noticed"};
  }
}

}  // namespace headroom
