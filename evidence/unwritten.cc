#include "evidence/unwritten.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "evidence/bundle_name.h"
#include "evidence/bundle_order.h"
#include "evidence/summaries.h"

namespace headroom {
namespace {

constexpr std::string_view kSuffix = ".json";

/// "20261121T031244Z-oom-kill-1a2b3c4d-0-1": the record's name without its folder and suffix.
std::string NameOf(const BundleEntry& record) {
  const std::string leaf = record.path.substr(record.path.rfind('/') + 1);
  return leaf.substr(0, leaf.size() - kSuffix.size());
}

/// Whether a published incident tells what that record told: it is the same one, or counts the
/// record's last kills anew (a headroomd that died before it wrote draws the ranges differently).
/// Where no kill is counted, the range alone does not tell an end from a stall.
bool IsToldBy(const Store::Draft& published, const BundleEntry& record) {
  const IncidentId& incident = published.incident;
  if (CountsKills(published.kind) != CountsKills(record.kind)) return false;
  if (!CountsKills(record.kind) && published.kind != record.kind) return false;
  if (record.incident == incident.DirectoryPart()) return true;
  const auto kept = ParseIncidentPart(record.incident);
  return kept && kept->hash == GenerationHash(incident.generation) && kept->to <= incident.to &&
         kept->to > incident.from && incident.from < incident.to;
}

/// A container's records are kept in the order in which it all happened, so that one that is behind
/// the one before it tells of a clock that was set back.
std::uint64_t EraBehind(const std::vector<BundleEntry>& kept, const std::string& folder,
                        const Store::Draft& draft, std::uint64_t era) {
  const auto newest = std::ranges::find_if(
      kept, [&](const BundleEntry& record) { return record.container_dir == folder; });
  if (newest == kept.end() || EraOf(newest->stamp) < era) return era;
  return EraOf(newest->stamp) + (IsBehind(draft.at, *newest) ? 1 : 0);
}

}  // namespace

Result<std::string> Unwritten::Keep(const Store::Draft& draft, std::string_view summary,
                                    std::uint64_t era) const {
  if (auto made = MakeDirectories(dir_, 0700); !made) return std::unexpected(made.error());
  if (auto forgotten = Forget(draft); !forgotten) {
    return std::unexpected(forgotten.error());
  }
  const Summaries records(dir_);
  const auto kept = records.List();
  if (!kept) return std::unexpected(kept.error());
  for (std::size_t i = kMost - 1; i < kept->size(); ++i) {
    const BundleEntry& oldest = (*kept)[i];
    if (auto removed = records.Remove(oldest.container_dir, NameOf(oldest)); !removed) {
      return std::unexpected(removed.error());
    }
  }
  const std::string folder = StoreContainerDir(draft.container);
  const std::string name = BundleName(draft, EraBehind(*kept, folder, draft, era));
  if (auto written = records.Write(folder, name, summary); !written) {
    return std::unexpected(written.error());
  }
  return fmt::format("{}/{}/{}{}", dir_, folder, name, kSuffix);
}

Status Unwritten::Forget(const Store::Draft& draft) const {
  const Summaries records(dir_);
  const auto kept = records.List();
  if (!kept) return std::unexpected(kept.error());
  const std::string folder = StoreContainerDir(draft.container);
  for (const BundleEntry& record : *kept) {
    if (record.container_dir != folder || !IsToldBy(draft, record)) continue;
    if (auto removed = records.Remove(folder, NameOf(record)); !removed) return removed;
  }
  return {};
}

bool Unwritten::Has(const Store::Draft& draft) const {
  const std::string folder = StoreContainerDir(draft.container);
  const auto kept = List();
  return kept && std::ranges::any_of(*kept, [&](const BundleEntry& record) {
           return record.container_dir == folder && record.kind == draft.kind &&
                  record.incident == draft.incident.DirectoryPart();
         });
}

Result<std::vector<BundleEntry>> Unwritten::List() const { return Summaries(dir_).List(); }

}  // namespace headroom
