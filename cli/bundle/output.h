#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/environment.h"
#include "evidence/pack/bundle_files.h"

namespace headroom {

/// Where a verb puts a bundle that it makes, by what the user named it.
enum class BundleForm {
  kStream,    ///< "-": a pack to standard output
  kPack,      ///< ends in .tar.gz or .tgz
  kDirectory  ///< anything else
};
[[nodiscard]] BundleForm FormOf(std::string_view out);

/// Writes it there. What is there already is never replaced (kExists).
[[nodiscard]] Status WriteBundleTo(const Environment& environment, const BundleFiles& bundle,
                                   const std::string& out);

/// The bytes of a pack into the new file `path`, readable by its owner alone.
[[nodiscard]] Status WritePackFile(const std::string& path, std::string_view pack);

/// The bundle that is meant: a path of a directory or a pack, or the newest of a container.
/// kNotFound and kExists (several fit) tell people in `what`, without a place.
[[nodiscard]] Result<std::string> FindBundle(const Environment& environment,
                                             const std::string& subject);
/// Its files. An error of FindBundle as that; else of reading it.
[[nodiscard]] Result<BundleFiles> ReadMeantBundle(const Environment& environment,
                                                  const std::string& subject);

/// The line of an error of the two, with the status that is for it.
int FailToFind(const Environment& environment, const Error& error);

/// An error of making what was asked for: CliStatus::kIncomplete.
int FailToMake(const Environment& environment, const Error& error);

}  // namespace headroom
