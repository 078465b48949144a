#include "cli/bundles.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "cli/bundle_words.h"
#include "cli/containers.h"
#include "cli/table.h"

namespace headroom {
namespace {

using nlohmann::json;

const KnownContainer* OwnerOf(const std::vector<KnownContainer>& containers,
                              const BundleEntry& bundle) {
  for (const KnownContainer& container : containers) {
    if (container.bundles.front().container_dir == bundle.container_dir) return &container;
  }
  return nullptr;
}

std::string NameOf(const std::vector<KnownContainer>& containers, const BundleEntry& bundle) {
  const KnownContainer* owner = OwnerOf(containers, bundle);
  return EscapedForPeople(owner == nullptr ? bundle.container_dir : owner->DisplayName());
}

void PrintJson(const Environment& environment, const std::vector<KnownContainer>& containers,
               const std::vector<BundleEntry>& bundles) {
  json rows = json::array();
  for (const BundleEntry& bundle : bundles) {
    const KnownContainer* owner = OwnerOf(containers, bundle);
    rows.push_back(
        {{"container", NameOf(containers, bundle)},
         {"engine", owner == nullptr ? json(nullptr) : json(EscapedForPeople(owner->engine))},
         {"stamp", bundle.stamp},
         {"kind", BundleKindName(bundle.kind)},
         {"incident", bundle.incident},
         {"path", EscapedForPeople(bundle.path)}});
  }
  environment.out << DumpJson({{"schema", "headroom.bundles/1"}, {"bundles", std::move(rows)}});
}

}  // namespace

int Bundles(const Environment& environment, const BundlesOptions& options) {
  const Store store(options.store.empty() ? environment.paths.store_dir : options.store);
  const auto bundles = store.List();
  if (!bundles) return FailToRead(environment, bundles.error());
  const auto containers = ContainersInStore(store);
  if (!containers) return FailToRead(environment, containers.error());
  if (options.json) {
    PrintJson(environment, *containers, *bundles);
    return CliStatus::kDone;
  }
  if (bundles->empty()) {
    return Fail(environment, CliStatus::kNoIncident,
                fmt::format("no incident is recorded in {}{}", EscapedForPeople(store.dir()),
                            options.store.empty() ? HintOfRoot(environment) : ""));
  }
  Table table({"WHEN", "CONTAINER", "WHAT", "BUNDLE"});
  for (const BundleEntry& bundle : *bundles) {
    table.Add({StampText(bundle.stamp), NameOf(*containers, bundle),
               std::string(BundleKindName(bundle.kind)), EscapedForPeople(bundle.path)});
  }
  environment.out << table.Text();
  return CliStatus::kDone;
}

}  // namespace headroom
