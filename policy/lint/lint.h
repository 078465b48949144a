#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "policy/layers/files.h"

namespace headroom {

/// Something to mend in a policy file.
struct LintProblem {
  enum class Severity {
    kError,    ///< the hook does not use the file, or ignores what was meant
    kWarning,  ///< it is used, and hardly does what was meant
  };
  std::string file;
  std::size_t line = 1;  ///< from 1, as `column`; a column is a byte
  std::size_t column = 1;
  Severity severity = Severity::kError;
  std::string text;  ///< one line, nothing in it that a terminal obeys
  std::string hint;  ///< what to do; may be empty
};

/// "FILE:3:12: error: rules: key \"shm-size\" is not known; did you mean \"shm-sized\"?"
[[nodiscard]] std::string LintText(const LintProblem& problem);

/// Everything wrong with these files, which stand together as one policy; by file and place. What
/// the hook only notes (a key that is not known) is an error here. Pure.
[[nodiscard]] std::vector<LintProblem> LintSources(const std::vector<PolicySource>& sources);

/// The same for `path`: one policy file, or a folder with policy.json and policy.d/*.json. What
/// cannot be read is a problem too. Empty: nothing to mend.
[[nodiscard]] std::vector<LintProblem> Lint(const std::string& path);

}  // namespace headroom
