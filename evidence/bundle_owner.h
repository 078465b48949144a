#pragma once

#include <optional>
#include <string>

#include "evidence/store.h"

namespace headroom {

/// Whom a bundle is of when it is asked who has too many of them. Both are opaque, and empty for a
/// bundle that stands for nobody but the folder that it lies in.
struct BundleOwner {
  /// What people call the same container whatever id its engine gave it at its last start: its pod
  /// and its name in it, else its name.
  std::string container;
  /// Containers that are alike and that come under ever new names: of one service of Compose, else
  /// of one image (in one namespace), else below one cgroup.
  std::string kind;

  bool operator==(const BundleOwner&) const = default;
};

/// `container`: as the bundle has it; nullopt: it could not be read.
[[nodiscard]] BundleOwner OwnerOf(const BundleEntry& bundle,
                                  const std::optional<Enrolment>& container);

}  // namespace headroom
