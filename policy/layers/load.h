#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "policy/layers/files.h"
#include "policy/layers/layer.h"

namespace headroom {

/// A policy and what people should hear about how it came about.
struct LoadedPolicy {
  enum class Source {
    kBuiltIn,   ///< there is no file
    kFiles,     ///< policy.json and policy.d/*.json
    kLastGood,  ///< the files are broken; this is what they last said
  };
  PolicyLayer layer;  ///< all files laid over one another; Resolve() gives a container's policy
  Source source = Source::kBuiltIn;
  std::vector<std::string> notes;     ///< ignored keys
  std::vector<std::string> warnings;  ///< one line each: what is wrong, and what is used instead
};

/// The files laid over one another, in that order, and checked together. The first thing wrong
/// with any of them is the error: file, line, column, key, and what was expected. Pure.
[[nodiscard]] Result<LoadedPolicy> CombineSources(const std::vector<PolicySource>& sources);

/// Reads `<config>/policy.json`, then `<config>/policy.d/*.json` in the order of their names, each
/// laid over the ones before. No file at all: the built-in policy. One broken file: its error.
[[nodiscard]] Result<LoadedPolicy> LoadPolicyFiles(const std::string& config_dir);

/// The same for the hook, which cannot wait for somebody to mend a file: a policy that was read is
/// kept in `<run>/policy.last-good.json`, and used, with a warning, while the files are broken.
/// An error only where the files are broken and there is no such copy.
[[nodiscard]] Result<LoadedPolicy> LoadPolicy(const std::string& config_dir,
                                              const std::string& run_dir);

/// The same for whoever has to go on: where no policy can be had, the built-in rules in mode
/// observe, since nobody can say any more that a byte may be written, with a warning that says so.
[[nodiscard]] LoadedPolicy LoadPolicyOrObserve(const std::string& config_dir,
                                               const std::string& run_dir);

}  // namespace headroom
