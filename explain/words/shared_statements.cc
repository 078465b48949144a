#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "explain/inputs/citation.h"
#include "explain/words/statements.h"
#include "explain/words/words.h"
#include "explain/words/worth.h"

namespace headroom {
namespace {

constexpr std::size_t kMostHolders = 2;
constexpr const char* kShm = "before/shm.json";
constexpr const char* kTmpfs = "before/tmpfs.json";
constexpr const char* kPieces = "before/shared_memory.json";

/// Something that holds shared memory, whatever it is.
struct Holder {
  std::string what;
  Bytes bytes;
  std::string evidence;
  bool of_host = false;  ///< on a tmpfs of the host's, where nobody knows whose it is
};

void AddFiles(const Case& the_case, const ShmListing& listing, const char* record,
              std::vector<Holder>& holders) {
  for (const ShmFile& file : listing.files) {
    const auto bytes = file.allocated ? file.allocated : file.bytes;
    if (!bytes || !IsWorthNaming(the_case, *bytes)) continue;
    holders.push_back({.what = "the file " + Shown(file.path),
                       .bytes = *bytes,
                       .evidence = Cite(the_case.evidence(), record, JsonMember("path", file.path)),
                       .of_host = listing.of_host});
  }
}

/// Thousands of small files, of which none is worth a line.
void AddMany(const Case& the_case, const ShmListing& listing, const char* record,
             std::vector<Holder>& holders) {
  if (!listing.used || listing.files.empty() || !IsWorthNaming(the_case, *listing.used)) return;
  const ShmFile& largest = listing.files.front();
  const Bytes most = largest.allocated.value_or(largest.bytes.value_or(Bytes{}));
  if (IsWorthNaming(the_case, most) || !listing.total_files) return;
  holders.push_back(
      {.what = fmt::format("{} on {}", CountText(*listing.total_files, "file", "files"),
                           Shown(listing.mount_point)),
       .bytes = *listing.used,
       .evidence =
           Cite(the_case.evidence(), record, JsonMember("mount_point", listing.mount_point)),
       .of_host = listing.of_host});
}

std::string OwnersText(const SharedPiece& piece) {
  if (piece.owners.empty()) return "";
  std::string text = ProcessText(piece.owners.front().pid, piece.owners.front().comm);
  if (piece.total_owners > 1) {
    text += fmt::format(" and {}", CountText(piece.total_owners - 1, "other", "others"));
  }
  return text;
}

std::string PieceText(const SharedPiece& piece) {
  const std::string owners = OwnersText(piece);
  const std::string of = owners.empty() ? "" : " of " + owners;
  if (piece.kind == "memfd") return fmt::format("memfd {}{}", Shown(piece.name), of);
  if (piece.kind == "sysv") return fmt::format("SysV segment 0x{}{}", Shown(piece.name), of);
  if (piece.kind == "deleted") {
    return fmt::format("the deleted file {}, still open{}", Shown(piece.name),
                       owners.empty() ? "" : " in " + owners);
  }
  return fmt::format("shared anonymous memory{}", of);
}

void AddPieces(const Case& the_case, std::vector<Holder>& holders) {
  const auto& shared = the_case.inputs.shared;
  if (!shared) return;
  for (const SharedPiece& piece : shared->pieces) {
    if (!piece.allocated || !IsWorthNaming(the_case, *piece.allocated)) continue;
    holders.push_back({.what = PieceText(piece),
                       .bytes = *piece.allocated,
                       .evidence = CiteBehind(the_case.evidence(), kPieces,
                                              {fmt::format("\"inode\": {},", piece.inode)})});
  }
}

/// A tmpfs or a memfd may be another cgroup's as well: more than the cgroup's own counter of shared
/// memory says cannot all be its.
void DropWhatIsOthers(const Case& the_case, std::vector<Holder>& holders) {
  const auto& held = the_case.held;
  if (!held || !held->shmem) return;
  const double most = 1.1 * static_cast<double>(held->shmem->value);
  std::erase_if(holders, [&](const Holder& holder) {
    const bool own_listing = holder.evidence.starts_with(kShm) && !holder.of_host;
    return !own_listing && static_cast<double>(holder.bytes.value) > most;
  });
}

/// Of a file that may be anybody's, no share of what the limit was met with is its.
std::string HolderText(const Case& the_case, const Holder& holder) {
  if (!holder.of_host) {
    return fmt::format("{}: {}{}{}", holder.what, ToText(holder.bytes),
                       ShareText(holder.bytes, ComparedWith(the_case)),
                       OldAgeText(SnapshotAge(the_case)));
  }
  return fmt::format(
      "perhaps {}: {}{}; that tmpfs is the host's, and who was charged for it is not known",
      holder.what, ToText(holder.bytes), OldAgeText(SnapshotAge(the_case)));
}

}  // namespace

std::vector<Statement> SharedStatements(const Case& the_case) {
  std::vector<Holder> holders;
  if (const auto& shm = the_case.inputs.shm) {
    AddFiles(the_case, *shm, kShm, holders);
    AddMany(the_case, *shm, kShm, holders);
  }
  if (const auto& tmpfs = the_case.inputs.tmpfs) {
    for (const ShmListing& mount : tmpfs->mounts) {
      AddFiles(the_case, mount, kTmpfs, holders);
      AddMany(the_case, mount, kTmpfs, holders);
    }
  }
  AddPieces(the_case, holders);
  DropWhatIsOthers(the_case, holders);
  std::ranges::stable_sort(holders, std::ranges::greater{}, &Holder::bytes);
  if (holders.size() > kMostHolders) holders.resize(kMostHolders);
  std::vector<Statement> statements;
  statements.reserve(holders.size());
  for (Holder& holder : holders) {
    statements.push_back({.label = "held by",
                          .text = HolderText(the_case, holder),
                          .evidence = std::move(holder.evidence)});
  }
  return statements;
}

}  // namespace headroom
