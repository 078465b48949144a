#include "policy/parse/match_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "policy/parse/suggest.h"

namespace headroom {
namespace {

using nlohmann::json;

/// As IdentifyEngine names them, and what a pod's container answers to besides.
constexpr std::array<std::string_view, 10> kEngines = {
    "docker", "podman", "containerd", "cri-o",   "lxc",
    "runc",   "crun",   "headroom",   "systemd", "kubernetes"};

void CheckPattern(ObjectReader& reader, std::string_view key, std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    reader.Refuse(key, fmt::format("is a pattern of {} bytes, expected at most {}", pattern.size(),
                                   kMaxPatternBytes));
  } else if (pattern.find('[') != std::string_view::npos) {
    reader.Doubt(key, "holds a '[', which stands for itself", "only * and ? are special");
  }
}

std::optional<std::string> ReadPattern(ObjectReader& reader, std::string_view key) {
  auto pattern = reader.String(key);
  if (!pattern) return pattern;
  CheckPattern(reader, key, *pattern);
  if (pattern->empty()) reader.Doubt(key, "is empty, so the override never holds");
  return pattern;
}

void CheckEngine(ObjectReader& reader, const std::optional<std::string>& engine) {
  if (!engine || engine->empty()) return;
  const auto holds = [&engine](std::string_view name) { return GlobMatches(*engine, name); };
  if (std::any_of(kEngines.begin(), kEngines.end(), holds)) return;
  reader.Doubt(
      "engine",
      fmt::format("is \"{}\", which is no engine that is known", EscapedForPeople(*engine)),
      DidYouMean(*engine, {kEngines.begin(), kEngines.end()}));
}

std::map<std::string, std::string, std::less<>> ReadPatterns(ObjectReader& match,
                                                             std::string_view key) {
  std::map<std::string, std::string, std::less<>> patterns;
  const json* object = match.Object(key);
  if (object == nullptr) return patterns;
  ObjectReader reader(*object, match.PathOf(std::string(key)), match.problems());
  for (const auto& [name, value] : object->items()) {
    auto pattern = reader.String(name);
    if (!pattern) continue;
    CheckPattern(reader, name, *pattern);
    patterns[name] = std::move(*pattern);
  }
  return patterns;
}

std::optional<std::string> ReadCgroupPrefix(ObjectReader& reader) {
  constexpr const char* kKey = "cgroup_prefix";
  auto prefix = reader.String(kKey);
  if (!prefix) return prefix;
  const std::string whole = *prefix + "/";
  if (!prefix->starts_with('/')) {
    reader.Refuse(kKey, fmt::format("is \"{}\", expected a path such as \"/system.slice\"",
                                    EscapedForPeople(*prefix)));
  } else if (whole.find("/../") != std::string::npos || whole.find("/./") != std::string::npos ||
             prefix->find("//") != std::string::npos) {
    reader.Doubt(kKey, "has a component that no cgroup's path has, so the override never holds");
  } else if (prefix->find_first_of("*?") != std::string::npos) {
    reader.Doubt(kKey, "holds a '*' or '?', which stands for itself in a path");
  }
  return prefix;
}

}  // namespace

Match ReadMatch(ObjectReader reader) {
  Match match;
  match.engine = ReadPattern(reader, "engine");
  CheckEngine(reader, match.engine);
  match.image = ReadPattern(reader, "image");
  match.name = ReadPattern(reader, "name");
  match.labels = ReadPatterns(reader, "label");
  match.annotations = ReadPatterns(reader, "annotation");
  match.cgroup_prefix = ReadCgroupPrefix(reader);
  match.unknown_condition = reader.HasUnknown();
  reader.ReportUnknown();
  return match;
}

}  // namespace headroom
