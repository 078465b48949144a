#include "evidence/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "evidence/bundle_name.h"
#include "evidence/bundle_order.h"
#include "evidence/bundle_writer.h"
#include "evidence/pre_kill_files.h"
#include "evidence/store_directories.h"
#include "evidence/summaries.h"

namespace headroom {
namespace {

constexpr std::array<std::pair<BundleKind, std::string_view>, 6> kKindNames = {
    {{BundleKind::kOomKill, "oom-kill"},
     {BundleKind::kGroupKill, "group-kill"},
     {BundleKind::kStall, "stall"},
     {BundleKind::kKilled, "killed"},
     {BundleKind::kDenied, "denied"},
     {BundleKind::kSnap, "snap"}}};

/// A generation ends once, whatever was counted by then.
bool IsSameEnd(const BundleEntry& entry, const Store::Draft& draft) {
  if (entry.kind != BundleKind::kKilled || draft.kind != BundleKind::kKilled) return false;
  const auto part = ParseIncidentPart(entry.incident);
  return part && part->hash == GenerationHash(draft.incident.generation);
}

/// Two snaps of one container may be asked for within a second.
WallTime FreeMoment(const std::vector<BundleEntry>& published, Store::Draft draft,
                    std::uint64_t era) {
  const auto is_taken = [&] {
    const std::string leaf = "/" + BundleName(draft, era);
    return std::ranges::any_of(
        published, [&](const BundleEntry& entry) { return entry.path.ends_with(leaf); });
  };
  while (is_taken()) draft.at += std::chrono::seconds(1);
  return draft.at;
}

/// nullopt when there is no such directory.
Result<std::optional<UniqueFd>> OpenIfThere(int dir_fd, const std::string& path) {
  auto dir = OpenDirectory(dir_fd, path);
  if (dir) return std::optional(std::move(*dir));
  if (dir.error().errno_value == ENOENT) return std::nullopt;
  return std::unexpected(dir.error());
}

/// Empty where the draft has no verdict.
std::string_view SummaryIn(const Store::Draft& draft) {
  for (const Section& section : draft.sections) {
    if (section.row.section == "summary.json") return section.bytes;
  }
  return "";
}

std::string PathOf(const std::string& store, const std::string& container_dir,
                   const std::string& name) {
  return fmt::format("{}/{}/{}", store, container_dir, name);
}

bool IsStrayFile(const Error& error) {
  return error.errno_value == ENOTDIR || error.errno_value == ELOOP;
}

std::vector<BundleEntry> EntriesOf(const std::vector<std::string>& names,
                                   const std::string& container_path,
                                   const std::string& container_dir) {
  std::vector<BundleEntry> entries;
  for (const std::string& name : names) {
    auto entry = ParseBundleName(name);
    if (!entry) continue;  // not ours
    entry->path = fmt::format("{}/{}", container_path, name);
    entry->container_dir = container_dir;
    entries.push_back(std::move(*entry));
  }
  return entries;
}

Result<std::vector<BundleEntry>> ListBelow(int store_fd, const std::string& store,
                                           const std::string& container_dir) {
  const std::string path = store + "/" + container_dir;
  auto dir = OpenIfThere(store_fd, container_dir);
  if (!dir) {
    dir.error().where = path;
    return std::unexpected(dir.error());
  }
  if (!*dir) return std::vector<BundleEntry>{};
  auto names = ListDirectory((*dir)->get(), path);
  if (!names) {
    names.error().where = path;
    return std::unexpected(names.error());
  }
  auto entries = EntriesOf(*names, path, container_dir);
  SortNewestFirst(entries);
  return entries;
}

}  // namespace

void SortNewestFirst(std::vector<BundleEntry>& entries) { std::ranges::sort(entries, IsNewer); }

std::string_view BundleKindName(BundleKind kind) {
  return kKindNames.at(static_cast<std::size_t>(kind)).second;
}

bool IsIncident(BundleKind kind) { return kind != BundleKind::kSnap; }

bool MayRepeat(BundleKind kind) { return kind == BundleKind::kSnap || kind == BundleKind::kStall; }

/// Both do: the same kills must not be accounted for twice under two kinds.
bool CountsKills(BundleKind kind) {
  return kind == BundleKind::kOomKill || kind == BundleKind::kGroupKill;
}

std::optional<BundleKind> ParseBundleKind(std::string_view name) {
  for (const auto& [kind, known] : kKindNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

std::string IncidentId::DirectoryPart() const {
  return fmt::format("{}-{}-{}", GenerationHash(generation), from, to);
}

Result<std::string> Store::Publish(const Draft& draft) const {
  const std::string container_dir = StoreContainerDir(draft.container);
  const auto published = ListContainer(container_dir);
  if (!published) return std::unexpected(published.error());
  const std::string incident = draft.incident.DirectoryPart();
  for (const BundleEntry& entry : *published) {
    const bool same_count = CountsKills(entry.kind) && CountsKills(draft.kind);
    const bool same = entry.incident == incident && (same_count || entry.kind == draft.kind);
    if (!MayRepeat(draft.kind) && (same || IsSameEnd(entry, draft))) {
      return MakeError(ErrorCode::kExists, entry.path, "already accounts for this incident");
    }
  }
  const auto era = EraInStore(*this, draft);
  if (!era) return std::unexpected(era.error());
  Draft dated = draft;
  if (MayRepeat(draft.kind)) dated.at = FreeMoment(*published, draft, *era);
  const std::string name = BundleName(dated, *era);
  auto path = WriteBundle(dir_, kIncoming, name, dated);
  if (path) {
    // The bundle is there, and the summary is in it: a copy for others is a convenience.
    (void)Summaries::Beside(dir_).Write(container_dir, name, SummaryIn(dated));
  }
  return path;
}

Status Store::Remove(const BundleEntry& entry) const {
  const std::string name = entry.path.substr(entry.path.rfind('/') + 1);
  if (!ParseBundleName(name) || PathOf(dir_, entry.container_dir, name) != entry.path) {
    return Malformed(EscapedForPeople(entry.path), "is no bundle of " + dir_);
  }
  const std::string files = PreKillDirectoryOf(entry).value_or("");
  const Summaries summaries = Summaries::Beside(dir_);
  if (auto removed = RemoveBundle(dir_, kIncoming, entry.container_dir, name); !removed) {
    const bool gone = removed.error().code == ErrorCode::kNotFound;
    if (gone) (void)summaries.Remove(entry.container_dir, name);
    return removed;
  }
  // What stays of it is named by no bundle any more, and goes with those (RetentionPass).
  if (!files.empty()) (void)RemoveBundle(dir_, kIncoming, entry.container_dir, files);
  // What is left of it otherwise: the verdict of a bundle that is gone, for those who may read it.
  return summaries.Remove(entry.container_dir, name);
}

Result<Store::Listing> Store::Look() const {
  auto store = OpenIfThere(AT_FDCWD, dir_);
  if (!store) return std::unexpected(store.error());
  Listing listing;
  if (!*store) return listing;
  const auto names = ListDirectory((*store)->get(), dir_);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    if (name == kIncoming) continue;
    auto below = ListBelow((*store)->get(), dir_, name);
    if (!below && IsStrayFile(below.error())) continue;
    if (!below) {
      listing.unread.push_back({.container_dir = name, .error = below.error()});
      continue;
    }
    listing.bundles.insert(listing.bundles.end(), below->begin(), below->end());
  }
  SortNewestFirst(listing.bundles);
  return listing;
}

Result<std::vector<BundleEntry>> Store::List() const {
  auto listing = Look();
  if (!listing) return std::unexpected(listing.error());
  return std::move(listing->bundles);
}

Result<std::vector<BundleEntry>> Store::ListContainer(const std::string& container_dir) const {
  const auto decoded = PercentDecoded(container_dir);
  if (container_dir.empty() || !decoded || PercentEncoded(*decoded) != container_dir) {
    return Malformed(EscapedForPeople(container_dir), "is no container's folder of the store");
  }
  auto store = OpenIfThere(AT_FDCWD, dir_);
  if (!store) return std::unexpected(store.error());
  if (!*store) return std::vector<BundleEntry>{};
  return ListBelow((*store)->get(), dir_, container_dir);
}

Result<std::optional<std::uint64_t>> Store::AccountedUpTo(
    const Enrolment& container, std::optional<std::uint64_t> noted) const {
  const auto entries = ListContainer(StoreContainerDir(container));
  if (!entries) return std::unexpected(entries.error());
  const std::string hash = GenerationHash(container.GenerationKey());
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const BundleEntry& entry : *entries) {
    const auto range = ParseIncidentPart(entry.incident);
    if (!CountsKills(entry.kind) || !range || range->hash != hash) continue;
    ranges.emplace_back(range->from, range->to);
  }
  if (ranges.empty()) return noted;
  std::sort(ranges.begin(), ranges.end());
  // Up to the first gap: an incident that could not be written yet must not be passed over.
  std::uint64_t accounted =
      container.cgroup.events ? container.cgroup.events->oom_kill.value_or(0) : 0;
  accounted = std::max(accounted, noted.value_or(0));
  for (const auto& [from, to] : ranges) {
    if (from <= accounted) accounted = std::max(accounted, to);
  }
  return accounted;
}

std::string UnreadText(const std::vector<Store::Unread>& unread) {
  std::string text = unread.front().error.Message();
  if (unread.size() > 1) {
    text += fmt::format(", nor can {} other{}", unread.size() - 1, unread.size() == 2 ? "" : "s");
  }
  return text;
}

Status Store::Sweep() const {
  auto store = OpenIfThere(AT_FDCWD, dir_);
  if (!store) return std::unexpected(store.error());
  if (!*store) return {};
  auto incoming = OpenIfThere((*store)->get(), kIncoming);
  if (!incoming) return std::unexpected(incoming.error());
  if (!*incoming) return {};
  const std::string path = dir_ + "/" + kIncoming;
  const auto names = ListDirectory((*incoming)->get(), path);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    if (IsBeingWritten((*incoming)->get(), name)) continue;
    if (auto removed = RemoveTreeAt((*incoming)->get(), name); !removed) {
      removed.error().where = fmt::format("{}/{}", path, name);
      return removed;
    }
  }
  return {};
}

}  // namespace headroom
