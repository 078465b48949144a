#include "container/engine/aliases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

/// As long as a name of Kubernetes may be, and longer than Compose's.
constexpr std::size_t kLongestPart = 253;
constexpr std::size_t kMostParts = 3;
constexpr std::size_t kMostAliases = 8;

std::string_view ValueOf(const Annotations& annotations, const Annotations& labels,
                         std::string_view key) {
  for (const Annotations* values : {&annotations, &labels}) {
    const auto found = values->find(key);
    if (found != values->end()) return found->second;
  }
  return {};
}

bool IsPart(std::string_view text) {
  constexpr std::string_view kMore = "-_.";
  const bool is_path = text == "." || text == "..";
  return !is_path && !text.empty() && text.size() <= kLongestPart &&
         std::ranges::all_of(text, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kMore.find(c) != std::string_view::npos;
         });
}

bool IsAlias(std::string_view text) {
  const auto parts = Split(text, '/');
  const bool is_whole = !text.empty() && text.back() != '/';
  return is_whole && parts.size() <= kMostParts && std::ranges::all_of(parts, IsPart);
}

/// docker compose labels what it makes, and podman-compose does it in the same words; versions of
/// the latter from before that have a project of their own.
std::string ComposeAlias(const Annotations& annotations, const Annotations& labels) {
  constexpr std::array<std::string_view, 2> kProjects = {"com.docker.compose.project",
                                                         "io.podman.compose.project"};
  const std::string_view service = ValueOf(annotations, labels, "com.docker.compose.service");
  if (!IsPart(service)) return "";
  for (const std::string_view key : kProjects) {
    const std::string_view project = ValueOf(annotations, labels, key);
    if (IsPart(project)) return fmt::format("{}/{}", project, service);
  }
  return std::string(service);
}

/// The container's name within its pod; empty: it is the sandbox, which CRI-O and cri-dockerd call
/// POD, or not known.
std::string_view NameInPod(const Annotations& annotations, const Annotations& labels) {
  constexpr std::array<std::string_view, 2> kKeys = {"io.kubernetes.cri.container-name",
                                                     "io.kubernetes.container.name"};
  for (const std::string_view key : kKeys) {
    const std::string_view name = ValueOf(annotations, labels, key);
    if (!name.empty()) return name == "POD" || !IsPart(name) ? std::string_view() : name;
  }
  return {};
}

bool HasPartIn(std::string_view name, std::string_view wanted) {
  for (std::size_t at = name.find(wanted); at != std::string_view::npos;
       at = name.find(wanted, at + 1)) {
    const std::size_t end = at + wanted.size();
    const bool begins = at == 0 || name[at - 1] == '/';
    const bool ends = end == name.size() || name[end] == '/';
    if (begins && ends) return true;
  }
  return false;
}

bool BeginsIn(std::string_view name, std::string_view wanted) {
  for (std::size_t at = 0;; ++at) {
    if (name.substr(at).starts_with(wanted)) return true;
    at = name.find('/', at);
    if (at == std::string_view::npos) return false;
  }
}

}  // namespace

std::vector<std::string> AliasesOf(const Annotations& annotations, const Annotations& labels,
                                   const std::optional<PodName>& pod) {
  std::vector<std::string> aliases;
  if (auto compose = ComposeAlias(annotations, labels); !compose.empty()) {
    aliases.push_back(std::move(compose));
  }
  if (pod) {
    const std::string_view name = NameInPod(annotations, labels);
    aliases.push_back(
        fmt::format("{}/{}{}{}", pod->name_space, pod->name, name.empty() ? "" : "/", name));
  }
  return aliases;
}

std::vector<std::string> ReadAliases(FieldReader& reader) {
  constexpr std::string_view kKey = "aliases";
  std::vector<std::string> aliases;
  const nlohmann::json* rows = reader.MaybeArray(kKey);
  if (rows == nullptr) return aliases;
  for (const nlohmann::json& row : *rows) {
    if (!row.is_string() || !IsAlias(row.get_ref<const std::string&>()) ||
        aliases.size() == kMostAliases) {
      reader.Refuse(kKey, "is no list of a few names with \"/\" between");
      return {};
    }
    aliases.push_back(row.get<std::string>());
  }
  return aliases;
}

NameFit FitOfName(std::string_view name, std::string_view wanted) {
  if (name.empty() || wanted.empty()) return NameFit::kNone;
  // Of all names, those of a sandbox alone have two components.
  const bool is_pair = std::ranges::count(name, '/') == 1;
  if (name == wanted) return is_pair ? NameFit::kPart : NameFit::kExact;
  if (HasPartIn(name, wanted)) return NameFit::kPart;
  return BeginsIn(name, wanted) ? NameFit::kPrefix : NameFit::kNone;
}

bool IsWithin(std::string_view inner, std::string_view outer) {
  return !outer.empty() && inner.size() > outer.size() + 1 && inner.starts_with(outer) &&
         inner[outer.size()] == '/';
}

}  // namespace headroom
