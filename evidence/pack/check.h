#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evidence/pack/bundle_files.h"

namespace headroom {

/// Something in a bundle that is not as it was published.
struct BundleFault {
  std::string file;  ///< below the bundle; bytes: escape to print
  std::string what;  ///< what was found and expected, ready to print
};

/// How a bundle compares with its own manifest.
struct BundleCheck {
  std::vector<BundleFault> faults;  ///< by file
  std::uint64_t files = 0;          ///< manifest.json among them
  std::uint64_t bytes = 0;
  std::string digest;  ///< BundleDigest()
};

/// Holds every byte against the manifest's sizes and SHA-256 sums; tells files that are missing and
/// such that the manifest does not know. Pure. What it cannot notice is a manifest that somebody
/// wrote anew along with the files: only a digest that was kept elsewhere tells that.
[[nodiscard]] BundleCheck CheckBundle(const BundleFiles& bundle);

}  // namespace headroom
