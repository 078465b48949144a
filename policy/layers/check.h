#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "policy/layers/layer.h"
#include "policy/parse/problem.h"

namespace headroom {

/// One policy file and what it says by itself.
struct PolicyFile {
  std::string path;
  std::string text;
  PolicyLayer layer;
};

/// Something wrong with a file that its own text does not tell.
struct FileProblem {
  std::size_t file = 0;  ///< which of the files
  ParseProblem problem;
};

/// All files laid over one another, later ones over earlier ones.
[[nodiscard]] PolicyLayer MergeFiles(std::span<const PolicyFile> files);

/// What only shows once all files are there (a file may use another's profile): profiles that do
/// not exist, that extend themselves or too many others, and parameters of a rule that cannot all
/// be meant, for all containers, in a profile, or for those of one override. `merged` is
/// MergeFiles(files). Pure.
[[nodiscard]] std::vector<FileProblem> CheckTogether(std::span<const PolicyFile> files,
                                                     const PolicyLayer& merged);

}  // namespace headroom
