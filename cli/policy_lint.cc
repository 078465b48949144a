#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "cli/judged.h"
#include "cli/policy_verbs.h"
#include "policy/layers/files.h"
#include "policy/lint/lint.h"

namespace headroom {
namespace {

/// The files at `path` that can be read. One that is too large is refused by the hook as well, so
/// that is for lint to tell.
Result<std::size_t> CountReadable(const std::string& path) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) return SystemError(path, "cannot be examined");
  std::vector<std::string> files = {path};
  if (S_ISDIR(info.st_mode)) {
    auto found = PolicyPaths(path);
    if (!found) return std::unexpected(found.error());
    files = std::move(*found);
  }
  std::size_t count = 0;
  for (const std::string& file : files) {
    const auto source = ReadPolicySource(file);
    if (!source && source.error().code != ErrorCode::kTooLarge) {
      return std::unexpected(source.error());
    }
    if (!source || *source) ++count;
  }
  return count;
}

}  // namespace

int PolicyLint(const Environment& environment, const std::string& path) {
  const std::string& where = path.empty() ? environment.paths.config_dir : path;
  auto count = CountReadable(where);
  const bool absent = !count && count.error().code == ErrorCode::kNotFound;
  if (absent && path.empty()) count = std::size_t{0};  // nobody has to have a policy
  if (!count) return FailToJudge(environment, count.error());
  if (*count == 0) {
    environment.out << fmt::format("{}: no policy file, so the built-in policy holds\n",
                                   EscapedForPeople(where));
    return JudgeStatus::kClean;
  }
  const std::vector<LintProblem> problems = Lint(where);
  for (const LintProblem& problem : problems) environment.out << LintText(problem) << '\n';
  if (problems.empty()) {
    environment.out << fmt::format("{}: nothing to mend ({} {})\n", EscapedForPeople(where), *count,
                                   *count == 1 ? "file" : "files");
  }
  const bool errors = std::ranges::any_of(problems, [](const LintProblem& problem) {
    return problem.severity == LintProblem::Severity::kError;
  });
  return errors ? JudgeStatus::kFindings : JudgeStatus::kClean;
}

}  // namespace headroom
