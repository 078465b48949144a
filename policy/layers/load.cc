#include "policy/layers/load.h"

#include <fmt/format.h>

#include "base/text.h"
#include "policy/layers/check.h"
#include "policy/parse/layer_parser.h"

namespace headroom {

namespace {

/// An action is run as root, so a file that others may write names none.
void DropActions(const PolicySource& source, PolicyLayer& layer,
                 std::vector<std::string>& warnings) {
  bool any = false;
  const auto drop = [&any](SettingsLayer& settings) {
    any = any || settings.pre_kill;
    settings.pre_kill.reset();
  };
  drop(layer.settings);
  for (auto& [name, profile] : layer.profiles) drop(profile.settings);
  for (Override& one : layer.overrides) drop(one.settings);
  if (!any) return;
  warnings.push_back(fmt::format(
      "{}: \"pre_kill\" is left out: it is run as root, and this file is not root's, or others may "
      "write to it; chown root and chmod go-w it",
      EscapedForPeople(source.path)));
}

}  // namespace

Result<LoadedPolicy> CombineSources(const std::vector<PolicySource>& sources) {
  LoadedPolicy loaded;
  std::vector<PolicyFile> files;
  files.reserve(sources.size());
  for (const PolicySource& source : sources) {
    auto layer = ParsePolicyLayer(source.text, source.path, loaded.notes);
    if (!layer) return std::unexpected(layer.error());
    if (!source.trusted) DropActions(source, *layer, loaded.warnings);
    files.push_back({.path = source.path, .text = source.text, .layer = std::move(*layer)});
  }
  loaded.layer = MergeFiles(files);
  const std::vector<FileProblem> problems = CheckTogether(files, loaded.layer);
  if (!problems.empty()) {
    const PolicyFile& file = files[problems.front().file];
    return std::unexpected(ToError(problems.front().problem, file.text, file.path));
  }
  if (!sources.empty()) loaded.source = LoadedPolicy::Source::kFiles;
  return loaded;
}

Result<LoadedPolicy> LoadPolicyFiles(const std::string& config_dir) {
  const auto sources = ReadPolicySources(config_dir);
  if (!sources) return std::unexpected(sources.error());
  return CombineSources(*sources);
}

Result<LoadedPolicy> LoadPolicy(const std::string& config_dir, const std::string& run_dir) {
  const auto sources = ReadPolicySources(config_dir);
  auto loaded =
      sources ? CombineSources(*sources) : Result<LoadedPolicy>(std::unexpected(sources.error()));
  if (loaded) {
    KeepLastGood(*sources, run_dir);
    return loaded;
  }
  const auto kept = ReadLastGood(run_dir);
  if (!kept) return loaded;
  auto last = CombineSources(*kept);
  if (!last) return loaded;
  last->source = LoadedPolicy::Source::kLastGood;
  last->warnings.push_back(fmt::format("the policy is broken, its last good version is used: {}",
                                       EscapedForPeople(loaded.error().Message())));
  return last;
}

LoadedPolicy LoadPolicyOrObserve(const std::string& config_dir, const std::string& run_dir) {
  auto loaded = LoadPolicy(config_dir, run_dir);
  if (loaded) return *std::move(loaded);
  LoadedPolicy fallback;
  constexpr const char* kOrigin = "built-in, as the policy is broken";
  fallback.layer.settings.mode = Sourced<Mode>{.value = Mode::kObserve, .origin = kOrigin};
  // It may be what switches them off.
  fallback.layer.settings.log_lines = Sourced<std::uint32_t>{.value = 0, .origin = kOrigin};
  fallback.warnings.push_back(
      fmt::format("the policy is broken, the built-in rules are used in mode observe: {}",
                  EscapedForPeople(loaded.error().Message())));
  return fallback;
}

}  // namespace headroom
