#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "container/enrolment/enrolment.h"
#include "evidence/manifest.h"
#include "evidence/store.h"

namespace headroom {

/// "before/memory.stat" -> its bytes.
using FilesByName = std::map<std::string, std::string, std::less<>>;

/// Everything that is known about one incident: the files of a bundle by their names in it, their
/// bytes as recorded. The live capture, the bundle reader and the tests all produce this type,
/// and explain/ accepts nothing else, so that a bundle from another machine reads the same.
///
/// Value type. A file that is not here was not recorded: `manifest` says why.
struct Evidence {
  BundleKind kind = BundleKind::kOomKill;
  std::string bundle_path;  ///< empty while it is not published
  Manifest manifest;
  Enrolment container;  ///< from container.json
  FilesByName files;

  /// nullptr when not recorded.
  [[nodiscard]] const std::string* File(std::string_view name) const;
};

/// The same evidence that publishing `draft` and reading it back would give.
[[nodiscard]] Evidence EvidenceOf(const Store::Draft& draft);

/// Reads a bundle directory. Bounded (64 MiB in all, 16 MiB a file, 4 MiB a JSON file); follows no
/// symbolic link. kNotFound: no such bundle; kMalformed: a file that is not what it must be, named.
[[nodiscard]] Result<Evidence> ReadBundle(const std::string& path);

/// The same of a bundle whose files, manifest.json among them, are at hand. Pure. `bundle` is where
/// they are from: for messages, and where its last component is a bundle's name, for the kind.
[[nodiscard]] Result<Evidence> EvidenceInFiles(const FilesByName& files, const std::string& bundle);

}  // namespace headroom
