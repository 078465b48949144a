#include "explain/html/section/shared_bars.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "explain/html/section/bars.h"
#include "explain/words/words.h"

namespace headroom {
namespace {

constexpr std::size_t kMostFiles = 10;
constexpr std::size_t kMostMounts = 6;

Bytes AllocatedBy(const ShmFile& file) {
  return file.allocated.value_or(file.bytes.value_or(Bytes{}));
}

/// "49 MiB used of 64 MiB"; empty where nothing of it is known.
std::string UsedText(const ShmListing& listing) {
  std::string text = listing.used ? ToText(*listing.used) + " used" : "";
  if (!listing.size) return text;
  const std::string size =
      listing.size->unlimited() ? "without a size limit" : "of " + ToText(listing.size->bytes());
  return text.empty() ? size : text + " " + size;
}

void PutFile(Markup& out, const ShmFile& file, Bytes largest) {
  const bool known = file.allocated || file.bytes;
  out.Put({"<tr><th><code>", Text(Shown(file.path)), "</code></th>"});
  PutBarCell(out, AllocatedBy(file), largest, "shmem");
  out.Put(
      {"<td class=\"r\">", Text(known ? ToText(AllocatedBy(file)) : "not known"), "</td></tr>\n"});
}

/// Where there are more than are shown; `recorded` of them lie in the record.
void PutRest(Markup& out, const PageContent& content, std::size_t recorded,
             std::optional<std::uint64_t> total, Piece what, const char* record) {
  const std::size_t shown = std::min(recorded, kMostFiles);
  const std::uint64_t all = std::max<std::uint64_t>(total.value_or(0), recorded);
  if (shown >= all) return;
  out.Put({"<p class=\"quiet\">The ", Number(shown), " largest of ", Number(all), " ", what, ". "});
  PutCitation(out, content, record);
  out.Put({"</p>\n"});
}

void PutListing(Markup& out, const PageContent& content, const ShmListing& listing,
                const char* record) {
  if (listing.files.empty()) return;
  Bytes largest{1};
  for (const ShmFile& file : listing.files) largest = std::max(largest, AllocatedBy(file));
  out.Put({"<h3>Files on <code>", Text(Shown(listing.mount_point)), "</code></h3>\n"});
  if (const std::string used = UsedText(listing); !used.empty()) {
    out.Put({"<p class=\"quiet\">", Text(used), ". "});
    PutCitation(out, content, record);
    out.Put({"</p>\n"});
  }
  if (listing.of_host) {
    out.Put({"<p class=\"quiet\">It is the host's: who was charged for them is not known.</p>\n"});
  }
  out.Put({"<table class=\"bars\"><tbody>\n"});
  for (std::size_t i = 0; i < std::min(listing.files.size(), kMostFiles); ++i) {
    PutFile(out, listing.files[i], largest);
  }
  out.Put({"</tbody></table>\n"});
  PutRest(out, content, listing.files.size(), listing.total_files, "files", record);
}

void PutTmpfs(Markup& out, const PageContent& content) {
  const auto& tmpfs = content.the_case.inputs.tmpfs;
  if (!tmpfs) return;
  for (std::size_t i = 0; i < std::min(tmpfs->mounts.size(), kMostMounts); ++i) {
    PutListing(out, content, tmpfs->mounts[i], "before/tmpfs.json");
  }
  const std::size_t shown = std::min(tmpfs->mounts.size(), kMostMounts);
  const std::uint64_t total = tmpfs->total.value_or(tmpfs->mounts.size());
  if (total > shown) {
    out.Put({"<p class=\"quiet\">And ", Number(total - shown),
             " other tmpfs with less in them.</p>\n"});
  }
}

std::string PieceText(const SharedPiece& piece) {
  if (piece.kind == "memfd") return "memfd " + Shown(piece.name);
  if (piece.kind == "sysv") return "SysV segment 0x" + Shown(piece.name);
  if (piece.kind == "deleted") return fmt::format("deleted file {}", Shown(piece.name));
  return "shared anonymous" + (piece.name.empty() ? "" : " " + Shown(piece.name));
}

std::string OwnersText(const SharedPiece& piece) {
  if (piece.owners.empty()) return "";
  const SharedOwner& first = piece.owners.front();
  std::string text = ProcessText(first.pid, first.comm);
  if (piece.total_owners > 1) {
    text += fmt::format(" and {}", CountText(piece.total_owners - 1, "other", "others"));
  }
  return text;
}

void PutPiece(Markup& out, const SharedPiece& piece, Bytes largest) {
  out.Put({"<tr><th>", Text(PieceText(piece)), "</th>"});
  PutBarCell(out, piece.allocated.value_or(Bytes{}), largest, "shmem");
  out.Put({"<td class=\"r\">", Text(piece.allocated ? ToText(*piece.allocated) : "not known"),
           "</td><td>", Text(OwnersText(piece)), "</td></tr>\n"});
}

bool HasPieces(const PageContent& content) {
  const auto& shared = content.the_case.inputs.shared;
  return shared && !shared->pieces.empty();
}

void PutPieces(Markup& out, const PageContent& content) {
  if (!HasPieces(content)) return;
  const SharedMemory& shared = *content.the_case.inputs.shared;
  Bytes largest{1};
  for (const SharedPiece& piece : shared.pieces) {
    largest = std::max(largest, piece.allocated.value_or(Bytes{}));
  }
  out.Put(
      {"<h3>Shared memory without a file name</h3>\n<p class=\"quiet\">By who has it open or "
       "mapped; "
       "another cgroup may be charged for it. "});
  PutCitation(out, content, "before/shared_memory.json");
  out.Put({"</p>\n<table class=\"bars stack\"><tbody>\n"});
  for (std::size_t i = 0; i < std::min(shared.pieces.size(), kMostFiles); ++i) {
    PutPiece(out, shared.pieces[i], largest);
  }
  out.Put({"</tbody></table>\n"});
  PutRest(out, content, shared.pieces.size(), shared.total, "pieces", "before/shared_memory.json");
}

}  // namespace

bool HasSharedBars(const PageContent& content) {
  const Inputs& inputs = content.the_case.inputs;
  const bool on_tmpfs =
      inputs.tmpfs && std::ranges::any_of(inputs.tmpfs->mounts,
                                          [](const auto& mount) { return !mount.files.empty(); });
  return (inputs.shm && !inputs.shm->files.empty()) || on_tmpfs || HasPieces(content);
}

void PutSharedBars(Markup& out, const PageContent& content) {
  if (const auto& shm = content.the_case.inputs.shm) {
    PutListing(out, content, *shm, "before/shm.json");
  }
  PutTmpfs(out, content);
  PutPieces(out, content);
}

}  // namespace headroom
