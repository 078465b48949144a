#include "cli/bundles.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "cli/bundle_words.h"
#include "cli/containers.h"
#include "cli/shared_summaries.h"
#include "cli/store_listing.h"
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

/// A line of the list.
struct Row {
  BundleEntry bundle;
  std::string container;  ///< escaped
  std::optional<std::string> engine;
};

std::vector<Row> RowsOf(const std::vector<KnownContainer>& containers,
                        const std::vector<BundleEntry>& bundles) {
  std::vector<Row> rows;
  for (const BundleEntry& bundle : bundles) {
    const KnownContainer* owner = OwnerOf(containers, bundle);
    rows.push_back({.bundle = bundle,
                    .container = NameOf(containers, bundle),
                    .engine = owner == nullptr ? std::nullopt : std::optional(owner->engine)});
  }
  return rows;
}

/// Root's, as far as this user may know of them; behind the own ones.
void AddShared(const Environment& environment, std::vector<Row>& rows) {
  for (SharedBundle& shared : SharedBundles(environment)) {
    rows.push_back({.bundle = std::move(shared.bundle),
                    .container = std::move(shared.container),
                    .engine = std::move(shared.engine)});
  }
}

void PrintJson(const Environment& environment, const std::vector<Row>& rows) {
  json list = json::array();
  for (const auto& [bundle, container, engine] : rows) {
    list.push_back({{"container", container},
                    {"engine", engine ? json(EscapedForPeople(*engine)) : json(nullptr)},
                    {"stamp", bundle.stamp},
                    {"kind", BundleKindName(bundle.kind)},
                    {"incident", bundle.incident},
                    {"path", EscapedForPeople(bundle.path)}});
  }
  environment.out << DumpJson({{"schema", "headroom.bundles/1"}, {"bundles", std::move(list)}});
}

void PrintText(const Environment& environment, const std::vector<Row>& rows) {
  Table table({"WHEN", "CONTAINER", "WHAT", "BUNDLE"});
  for (const Row& row : rows) {
    table.Add({StampText(row.bundle.stamp), row.container,
               std::string(BundleKindName(row.bundle.kind)), EscapedForPeople(row.bundle.path)});
  }
  environment.out << table.Text();
}

}  // namespace

int Bundles(const Environment& environment, const BundlesOptions& options) {
  const Store store(options.store.empty() ? environment.paths.store_dir : options.store);
  const auto listing = ListStore(environment, store);
  if (!listing) return FailToRead(environment, listing.error());
  std::vector<Row> rows = RowsOf(ContainersOf(listing->bundles), listing->bundles);
  if (options.store.empty()) AddShared(environment, rows);
  if (options.json) {
    PrintJson(environment, rows);
    return CliStatus::kDone;
  }
  if (rows.empty()) {
    return Fail(environment, CliStatus::kNoIncident,
                fmt::format("no incident is recorded in {}{}", EscapedForPeople(store.dir()),
                            options.store.empty() ? HintOfRoot(environment) : ""));
  }
  PrintText(environment, rows);
  return CliStatus::kDone;
}

}  // namespace headroom
