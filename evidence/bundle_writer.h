#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/store.h"

namespace headroom {

/// What publishing a draft writes: its sections with `bytes` and `sha256` of their rows filled in,
/// container.json made from the enrolment when the draft has none, and the manifest: a row a
/// section, also for those of docs/bundle-format.md that the draft does not mention.
struct FinishedDraft {
  std::vector<Section> sections;
  Manifest manifest;
};
/// Pure. kMalformed: a section name that is no path below a bundle, is there twice, or is
/// manifest.json, which is made here.
[[nodiscard]] Result<FinishedDraft> FinishDraft(const Store::Draft& draft);

/// Whether a section of this row has a file in the bundle.
[[nodiscard]] bool HasFile(const ManifestRow& row);

/// Builds the bundle below `<store>/<incoming>/` and renames it into place under that name. On any
/// failure what was written is removed again and the error names the file that failed.
[[nodiscard]] Result<std::string> WriteBundle(const std::string& store, const std::string& incoming,
                                              const std::string& name, const Store::Draft& draft);

/// Takes a bundle out of `<store>/<container_dir>/` in one rename, into `<store>/<incoming>/`, and
/// deletes it there; then its container's folder, where that was the last. Takes no room on the
/// disk. kNotFound: it is not there.
[[nodiscard]] Status RemoveBundle(const std::string& store, const std::string& incoming,
                                  const std::string& container_dir, const std::string& name);

/// Whether another process is still writing that directory of `<store>/incoming`.
[[nodiscard]] bool IsBeingWritten(int incoming_fd, const std::string& name);

}  // namespace headroom
