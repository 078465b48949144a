#include "policy/lint/lint.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/json.h"
#include "base/text.h"
#include "policy/layers/builtin_profiles.h"
#include "policy/layers/check.h"
#include "policy/parse/layer_parser.h"

namespace headroom {
namespace {

using Severity = LintProblem::Severity;

LintProblem At(JsonPosition position, const std::string& file, std::string text) {
  return {.file = file,
          .line = position.line,
          .column = position.column,
          .severity = Severity::kError,
          .text = std::move(text),
          .hint = {}};
}

LintProblem ToLint(const ParseProblem& problem, const PolicySource& source) {
  LintProblem lint =
      At(FindJsonPosition(source.text, problem.path, problem.place), source.path, problem.text);
  if (problem.kind == ParseProblem::Kind::kDoubtful) lint.severity = Severity::kWarning;
  lint.hint = problem.hint;
  return lint;
}

/// What the file would be used with, and yet is a slip.
void Doubts(const PolicyLayer& layer, std::vector<ParseProblem>& problems) {
  for (const auto& [name, profile] : layer.profiles) {
    if (std::find(kBuiltInProfiles.begin(), kBuiltInProfiles.end(), name) ==
        kBuiltInProfiles.end()) {
      continue;
    }
    problems.push_back(
        {.kind = ParseProblem::Kind::kDoubtful,
         .path = {"profiles", name},
         .place = JsonPlace::kKey,
         .text = fmt::format("profiles: \"{}\" hides the built-in profile", name),
         .hint = fmt::format("give it a name of its own and say \"extends\": \"{}\"", name)});
  }
  for (std::size_t i = 0; i < layer.overrides.size(); ++i) {
    if (layer.overrides[i].match != Match{}) continue;
    problems.push_back({.kind = ParseProblem::Kind::kDoubtful,
                        .path = {"overrides", i},
                        .place = JsonPlace::kValue,
                        .text = fmt::format("override {}: holds for every container", i + 1),
                        .hint = "give its \"match\" a condition, or say it outside of overrides"});
  }
}

class Linter {
 public:
  explicit Linter(const std::vector<PolicySource>& sources) : sources_(sources) {}

  /// `all_read`: no file is missing among the sources.
  std::vector<LintProblem> Run(bool all_read) {
    for (const PolicySource& source : sources_) all_read = LintOne(source) && all_read;
    // With a file missing it would be told that its profiles do not exist.
    if (all_read) LintTogether();
    return std::move(found_);
  }

 private:
  bool LintOne(const PolicySource& source);
  void LintDuplicates(const PolicySource& source);
  void LintTogether();

  const std::vector<PolicySource>& sources_;
  std::vector<PolicyFile> files_;
  std::vector<LintProblem> found_;
};

void Linter::LintDuplicates(const PolicySource& source) {
  for (const DuplicateKey& twice : FindDuplicateKeys(source.text)) {
    LintProblem problem =
        At(twice.position, source.path,
           fmt::format("{}: stands more than once in its object", PathText(twice.path)));
    problem.hint =
        fmt::format("only the last one counts, the one at {} does not", ToText(twice.first));
    found_.push_back(std::move(problem));
  }
}

bool Linter::LintOne(const PolicySource& source) {
  const auto document = ParseJsonText(source.text);
  if (!document) {
    found_.push_back(At(document.error().position, source.path, document.error().Message()));
    return false;
  }
  if (!document->is_object()) {
    found_.push_back(At(FindJsonPosition(source.text, {}, JsonPlace::kValue), source.path,
                        fmt::format("holds a JSON {}, expected an object", document->type_name())));
    return false;
  }
  LintDuplicates(source);
  ParsedLayer parsed = ReadPolicyLayer(*document, source.path);
  Doubts(parsed.layer, parsed.problems);
  for (const ParseProblem& problem : parsed.problems) found_.push_back(ToLint(problem, source));
  files_.push_back({.path = source.path, .text = source.text, .layer = std::move(parsed.layer)});
  return true;
}

void Linter::LintTogether() {
  for (const FileProblem& problem : CheckTogether(files_, MergeFiles(files_))) {
    found_.push_back(ToLint(problem.problem, sources_[problem.file]));
  }
}

/// What could not be read has no line; it is told at the file's start.
LintProblem Unreadable(const Error& error, const std::string& path) {
  std::string text = EscapedForPeople(error.Message());
  const std::string prefix = EscapedForPeople(path) + ": ";
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  return At({}, path, std::move(text));
}

std::vector<LintProblem> LintAll(const std::vector<PolicySource>& sources, bool all_read) {
  std::vector<LintProblem> problems = Linter(sources).Run(all_read);
  const auto place_of = [&sources](const LintProblem& problem) {
    const auto file = std::find_if(sources.begin(), sources.end(), [&](const PolicySource& source) {
      return source.path == problem.file;
    });
    return std::tuple(file - sources.begin(), problem.line, problem.column);
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&place_of](const LintProblem& left, const LintProblem& right) {
                     return place_of(left) < place_of(right);
                   });
  return problems;
}

std::vector<std::string> PathsOf(const std::string& path, std::vector<LintProblem>& problems) {
  struct stat info{};
  if (stat(path.c_str(), &info) != 0) {
    problems.push_back(Unreadable(SystemError(path, "cannot be examined").error(), path));
    return {};
  }
  if (!S_ISDIR(info.st_mode)) return {path};
  auto paths = PolicyPaths(path);
  if (paths) return std::move(*paths);
  problems.push_back(Unreadable(paths.error(), path));
  return {};
}

}  // namespace

std::string LintText(const LintProblem& problem) {
  return fmt::format("{}:{}:{}: {}: {}{}{}", EscapedForPeople(problem.file), problem.line,
                     problem.column, problem.severity == Severity::kError ? "error" : "warning",
                     problem.text, problem.hint.empty() ? "" : "; ", problem.hint);
}

std::vector<LintProblem> LintSources(const std::vector<PolicySource>& sources) {
  return LintAll(sources, true);
}

std::vector<LintProblem> Lint(const std::string& path) {
  std::vector<LintProblem> problems;
  std::vector<PolicySource> sources;
  for (const std::string& file : PathsOf(path, problems)) {
    auto source = ReadPolicySource(file);
    if (!source) {
      problems.push_back(Unreadable(source.error(), file));
    } else if (*source) {
      sources.push_back(std::move(**source));
    }
  }
  const std::vector<LintProblem> more = LintAll(sources, problems.empty());
  problems.insert(problems.end(), more.begin(), more.end());
  return problems;
}

}  // namespace headroom
