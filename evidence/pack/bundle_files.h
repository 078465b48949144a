#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/evidence.h"
#include "evidence/store.h"

namespace headroom {

/// What does not belong into a bundle.
struct StrayEntry {
  std::string name;  ///< below the bundle; bytes: escape to print
  std::string what;  ///< "is a symbolic link"
};

/// A bundle as so many bytes: nothing in it has been held against its manifest, which is a file
/// among them. Value type.
struct BundleFiles {
  std::string path;  ///< of the directory or pack; without slashes at the end
  FilesByName files;
  std::vector<StrayEntry> strays;  ///< only in a directory: a pack with such is refused
};

/// Every file of a bundle's directory. Bounded as ReadBundle is, to 4096 files and 8 levels;
/// follows no symbolic link. kNotFound: there is no such directory.
[[nodiscard]] Result<BundleFiles> ReadBundleDirectory(const std::string& path);

/// What publishing `draft` would write.
[[nodiscard]] Result<BundleFiles> FilesOfDraft(const Store::Draft& draft);

/// Writes the files into the new directory `path` (0700, files 0600), which appears whole or not at
/// all. kExists: something is there already.
[[nodiscard]] Status WriteBundleDirectory(const std::string& path, const BundleFiles& bundle);

/// SHA-256 of manifest.json, as hex: with it a bundle is the one that was meant, wherever it lies,
/// as the manifest has the SHA-256 of every other file. Empty where there is no manifest.
[[nodiscard]] std::string BundleDigest(const BundleFiles& bundle);

}  // namespace headroom
