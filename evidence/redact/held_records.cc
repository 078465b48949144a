#include <string_view>

#include "evidence/earlier_map.h"
#include "evidence/redact/records.h"
#include "evidence/shared_memory.h"

namespace headroom {
namespace {

constexpr std::string_view kMemfd = "/memfd:";
constexpr std::string_view kSysV = "/SYSV";
constexpr std::string_view kDeleted = " (deleted)";

void RedactListing(ShmListing& listing, CopyNames& names) {
  for (ShmFile& file : listing.files) {
    file.path = names.all().FileOn(listing.mount_point, file.path);
  }
  listing.mount_point = names.all().MountPoint(listing.mount_point);
}

std::string Joined(std::string_view left, std::string_view middle, std::string_view right) {
  return std::string(left).append(middle).append(right);
}

/// The name that a mapping of `begin` + `name` + `end` gets, without the two again.
std::string Within(std::string_view begin, std::string_view name, std::string_view end,
                   CopyNames& names) {
  const std::string whole = names.File(Joined(begin, name, end));
  return whole.substr(begin.size(), whole.size() - begin.size() - end.size());
}

std::string PieceName(const SharedPiece& piece, CopyNames& names) {
  if (piece.name.empty()) return "";
  if (piece.kind == "memfd") return Within(kMemfd, piece.name, "", names);
  if (piece.kind == "sysv") return Within(kSysV, piece.name, "", names);
  if (piece.kind == "anonymous") return Within("[anon_shmem:", piece.name, "]", names);
  return names.File(piece.name);
}

/// What stands behind `words`; empty: it is not called so.
std::string_view Behind(std::string_view name, std::string_view words) {
  return name.starts_with(words) ? name.substr(words.size()) : std::string_view();
}

/// "anonymous [heap of ann]" is "[anon:heap of ann]" in the map of a process.
std::string NamedAnonymous(std::string_view name, std::string_view words, std::string_view begin,
                           CopyNames& names) {
  std::string_view inner = Behind(name, words);
  if (!inner.ends_with(']')) return std::string(name);
  inner.remove_suffix(1);
  return Joined(words, Within(begin, inner, "]", names), "]");
}

/// Names of groups are made of those in the map (kernel/proc/mapping_groups.h): made again, of the
/// names that those have in the copy.
std::string GroupName(const MappingGroup& group, CopyNames& names) {
  constexpr std::string_view kSegment = "SysV shared memory 0x";
  constexpr std::string_view kHuge = "huge pages of ";
  const std::string_view name = group.name;
  switch (group.kind) {
    case MappingKind::kNamedAnonymous:
      return NamedAnonymous(name, "anonymous [", "[anon:", names);
    case MappingKind::kSharedAnonymous:
      return NamedAnonymous(name, "shared anonymous [", "[anon_shmem:", names);
    case MappingKind::kMemfd:
      return names.File("/" + group.name).substr(1);
    case MappingKind::kSysV:
      return Joined(kSegment, Within(kSysV, Behind(name, kSegment), kDeleted, names), "");
    case MappingKind::kHugetlb:
      return name.starts_with(kHuge) ? Joined(kHuge, names.File(Behind(name, kHuge)), "")
                                     : group.name;
    case MappingKind::kFile:
    case MappingKind::kShmFile:
      return names.File(name);
    default:
      return group.name;  // of ours, or the kernel's
  }
}

}  // namespace

RedactedRecord RedactedShm(const std::string& bytes, CopyNames& names) {
  auto listing = ParseShm(bytes, "");
  if (!listing) return std::nullopt;
  RedactListing(*listing, names);
  return SerializeShm(*listing);
}

RedactedRecord RedactedTmpfs(const std::string& bytes, CopyNames& names) {
  auto table = ParseTmpfs(bytes, "");
  if (!table) return std::nullopt;
  for (ShmListing& mount : table->mounts) RedactListing(mount, names);
  return SerializeTmpfs(*table);
}

RedactedRecord RedactedSharedMemory(const std::string& bytes, CopyNames& names) {
  auto memory = ParseSharedMemory(bytes, "");
  if (!memory) return std::nullopt;
  for (SharedPiece& piece : memory->pieces) {
    piece.name = PieceName(piece, names);
    for (SharedOwner& owner : piece.owners) owner.comm = names.Process(owner.comm);
  }
  return SerializeSharedMemory(*memory);
}

RedactedRecord RedactedEarlierMap(const std::string& bytes, CopyNames& names) {
  auto map = ParseEarlierMap(bytes, "");
  if (!map) return std::nullopt;
  for (MappingGroup& group : map->groups) group.name = GroupName(group, names);
  return SerializeEarlierMap(*map);
}

}  // namespace headroom
