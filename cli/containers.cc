#include "cli/containers.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "container/engine/aliases.h"
#include "evidence/bundle_container.h"

namespace headroom {
namespace {

KnownContainer FromBundles(std::vector<BundleEntry> bundles) {
  KnownContainer container = KnownByFolder(bundles.front().container_dir);
  if (const auto enrolment = ContainerOf(bundles.front())) {
    container.engine = enrolment->engine;
    container.id = enrolment->id;
    container.name = enrolment->name;
    container.aliases = enrolment->aliases;
  }
  container.bundles = std::move(bundles);
  return container;
}

KnownContainer& FindOrAdd(std::vector<KnownContainer>& containers, const std::string& engine,
                          const std::string& id) {
  const auto found = std::ranges::find_if(containers, [&](const KnownContainer& container) {
    return container.engine == engine && container.id == id;
  });
  if (found != containers.end()) return *found;
  containers.push_back({.engine = engine, .id = id});
  return containers.back();
}

NameFit FitOf(const KnownContainer& container, std::string_view wanted) {
  if (wanted == container.id || wanted == container.engine + "-" + container.id) {
    return NameFit::kExact;
  }
  NameFit best = container.id.starts_with(wanted) ? NameFit::kPrefix : NameFit::kNone;
  best = std::max(best, FitOfName(container.name, wanted));
  for (const std::string& alias : container.aliases) {
    best = std::max(best, FitOfName(alias, wanted));
  }
  return best;
}

/// Whether one of the others is a container of the pod whose sandbox this is.
bool HoldsAnother(const KnownContainer& sandbox, const std::vector<const KnownContainer*>& found) {
  return std::ranges::any_of(found, [&](const KnownContainer* other) {
    return IsWithin(other->name, sandbox.name) ||
           std::ranges::any_of(other->aliases, [&](const std::string& inner) {
             return std::ranges::any_of(
                 sandbox.aliases, [&](const std::string& outer) { return IsWithin(inner, outer); });
           });
  });
}

}  // namespace

KnownContainer KnownByFolder(const std::string& container_dir) {
  const std::string folder = PercentDecoded(container_dir).value_or("");
  const std::size_t dash = folder.find('-', folder.starts_with("cri-o-") ? 5 : 0);
  return {.engine = folder.substr(0, dash),
          .id = dash == std::string::npos ? folder : folder.substr(dash + 1)};
}

std::vector<KnownContainer> ContainersOf(const std::vector<BundleEntry>& bundles) {
  std::map<std::string, std::vector<BundleEntry>> by_folder;
  for (const BundleEntry& bundle : bundles) by_folder[bundle.container_dir].push_back(bundle);
  std::vector<KnownContainer> containers;
  containers.reserve(by_folder.size());
  for (auto& [folder, own] : by_folder) containers.push_back(FromBundles(std::move(own)));
  return containers;
}

Status AddLiveContainers(const RegistryDir& registry, std::vector<KnownContainer>& containers) {
  const auto entries = registry.List();
  if (!entries) return std::unexpected(entries.error());
  for (const RegistryDir::Entry& entry : *entries) {
    auto enrolment = registry.Read(entry);
    if (!enrolment) continue;  // removed meanwhile, or not to be believed
    KnownContainer& container = FindOrAdd(containers, enrolment->engine, enrolment->id);
    if (container.name.empty()) container.name = enrolment->name;
    if (container.aliases.empty()) container.aliases = enrolment->aliases;
    // A generation that ended may still wait for its bundle; the youngest is the one meant.
    if (!container.live || container.live->enrolled_boot < enrolment->enrolled_boot) {
      container.live = std::move(*enrolment);
    }
  }
  for (EndedRecord& record : ReadEndedRecords(registry.run_dir())) {
    KnownContainer& container = FindOrAdd(containers, record.engine, record.id);
    if (container.name.empty() && record.name != record.id) container.name = record.name;
    if (container.aliases.empty()) container.aliases = record.aliases;
    container.ended = std::move(record);
  }
  return {};
}

bool MeansPath(const std::string& typed) {
  if (typed.find('/') == std::string::npos) return false;
  struct stat info{};
  return typed.front() == '/' || typed.front() == '.' || lstat(typed.c_str(), &info) == 0;
}

Resolution Resolve(const std::vector<KnownContainer>& containers, std::string_view wanted) {
  if (wanted.empty()) return {};
  NameFit best = NameFit::kPrefix;
  std::vector<const KnownContainer*> fitting;
  for (const KnownContainer& container : containers) {
    const NameFit fit = FitOf(container, wanted);
    if (fit < best) continue;
    if (fit > best) fitting.clear();
    best = fit;
    fitting.push_back(&container);
  }
  Resolution resolution;
  std::set<std::pair<std::string, std::string>> different;
  for (const KnownContainer* container : fitting) {
    if (HoldsAnother(*container, fitting)) continue;
    resolution.found.push_back(container);
    different.emplace(container->engine, container->DisplayName());
  }
  resolution.ambiguous = different.size() > 1;
  return resolution;
}

}  // namespace headroom
