#include "kernel/proc/mapping_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace headroom {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

/// HEAP_MAX_SIZE of glibc (malloc/arena.c) on 64-bit machines: heaps of threads are that large and
/// aligned to it, opened from below as they grow.
constexpr std::uint64_t kArenaBytes = std::uint64_t{64} << 20U;

/// One page is the default of pthread_attr_setguardsize(3); runtimes ask for a few more.
constexpr Bytes kLargestGuard = Kibibytes(64);

bool IsPrivate(const Mapping& mapping) { return mapping.permissions.ends_with('p'); }

bool IsInaccessible(const Mapping& mapping) { return mapping.permissions.starts_with("---"); }

bool IsNameless(const Mapping& mapping) { return mapping.name.empty() && IsPrivate(mapping); }

/// A mapping with those beside it: nullptr where there is none, or a gap lies between.
struct Place {
  const Mapping& mapping;
  const Mapping* below;
  const Mapping* above;
};

Place PlaceOf(const std::vector<Mapping>& mappings, std::size_t index) {
  const Mapping& mapping = mappings[index];
  const Mapping* below = index > 0 ? &mappings[index - 1] : nullptr;
  const Mapping* above = index + 1 < mappings.size() ? &mappings[index + 1] : nullptr;
  if (below != nullptr && below->end != mapping.start) below = nullptr;
  if (above != nullptr && above->start != mapping.end) above = nullptr;
  return {.mapping = mapping, .below = below, .above = above};
}

/// Whether the rest of 64 MiB lies closed above it. One that is open to its end looks like any
/// other memory, and is not claimed to be one.
bool IsArena(const Place& place) {
  const std::uint64_t start = place.mapping.start;
  return start != 0 && start % kArenaBytes == 0 && place.above != nullptr &&
         IsNameless(*place.above) && IsInaccessible(*place.above) && place.above->end > start &&
         place.above->end - start == kArenaBytes;
}

bool IsGuarded(const Place& place) {
  return place.below != nullptr && IsNameless(*place.below) && IsInaccessible(*place.below) &&
         place.below->Span() <= kLargestGuard;
}

MappingKind KindOfNameless(const Place& place) {
  if (IsInaccessible(place.mapping)) return MappingKind::kReserved;
  if (IsArena(place)) return MappingKind::kArena;
  return IsGuarded(place) ? MappingKind::kGuarded : MappingKind::kAnonymous;
}

MappingKind KindOfBracketed(std::string_view name) {
  if (name == "[heap]") return MappingKind::kHeap;
  if (name == "[stack]" || name.starts_with("[stack:")) return MappingKind::kStack;
  if (name.starts_with("[anon:")) return MappingKind::kNamedAnonymous;
  if (name.starts_with("[anon_shmem:")) return MappingKind::kSharedAnonymous;
  return MappingKind::kKernel;
}

MappingKind KindOf(const Place& place) {
  const std::string_view name = place.mapping.name;
  if (place.mapping.is_hugetlb) return MappingKind::kHugetlb;
  if (name.empty()) {
    return IsPrivate(place.mapping) ? KindOfNameless(place) : MappingKind::kSharedAnonymous;
  }
  if (name.starts_with('[')) return KindOfBracketed(name);
  if (name == "/dev/zero (deleted)") return MappingKind::kSharedAnonymous;
  if (name.starts_with("/memfd:")) return MappingKind::kMemfd;
  if (name.starts_with("/SYSV") && name.ends_with(kDeleted)) return MappingKind::kSysV;
  return name.starts_with("/dev/shm/") ? MappingKind::kShmFile : MappingKind::kFile;
}

/// "[anon:NAME]" as "anonymous [NAME]"; a kind alone where there is no name.
std::string NamedText(std::string_view kind, std::string_view name) {
  const std::size_t colon = name.find(':');
  if (!name.starts_with("[anon") || colon == std::string_view::npos || !name.ends_with(']')) {
    return std::string(kind);
  }
  return fmt::format("{} [{}", kind, name.substr(colon + 1));
}

std::string GroupName(MappingKind kind, std::string_view name) {
  switch (kind) {
    case MappingKind::kHeap:
      return "heap";
    case MappingKind::kAnonymous:
      return "anonymous";
    case MappingKind::kNamedAnonymous:
      return NamedText("anonymous", name);
    case MappingKind::kArena:
      return "malloc arenas of threads";
    case MappingKind::kGuarded:
      return "anonymous behind guard pages";
    case MappingKind::kStack:
      return "stack";
    case MappingKind::kReserved:
      return "reserved";
    case MappingKind::kMemfd:
      return std::string(name.substr(1));
    case MappingKind::kSysV:
      return fmt::format("SysV shared memory 0x{}",
                         name.substr(5, name.size() - 5 - kDeleted.size()));
    case MappingKind::kSharedAnonymous:
      return NamedText("shared anonymous", name);
    case MappingKind::kHugetlb:
      return name.empty() ? "huge pages" : fmt::format("huge pages of {}", name);
    case MappingKind::kFile:
    case MappingKind::kShmFile:
    case MappingKind::kKernel:
      break;
  }
  return std::string(name);
}

void AddTo(std::optional<Bytes>& sum, const std::optional<Bytes>& part) {
  if (part) sum = sum.value_or(Bytes{}) + *part;
}

void AddTo(MappingGroup& group, const Mapping& mapping) {
  const Bytes rss = mapping.rss.value_or(Bytes{});
  if (group.mappings == 0 || rss > group.largest_rss) {
    group.largest_start = mapping.start;
    group.largest_end = mapping.end;
    group.largest_rss = rss;
  }
  ++group.mappings;
  group.size = group.size + mapping.Span();
  group.rss = group.rss + rss;
  AddTo(group.pss, mapping.pss);
  AddTo(group.private_dirty, mapping.private_dirty);
  AddTo(group.shared_dirty, mapping.shared_dirty);
  AddTo(group.referenced, mapping.referenced);
  AddTo(group.anon_huge_pages, mapping.anon_huge_pages);
  AddTo(group.hugetlb, mapping.shared_hugetlb);
  AddTo(group.hugetlb, mapping.private_hugetlb);
  AddTo(group.swap, mapping.swap);
  AddTo(group.locked, mapping.locked);
}

/// What the mappings of one group have in common. Text is compared by its bytes; a name of a
/// container cannot pass for a kind.
struct GroupKey {
  MappingKind kind;
  Sharing sharing;
  std::string_view name;

  bool operator==(const GroupKey&) const = default;
};

struct GroupKeyHash {
  std::size_t operator()(const GroupKey& key) const {
    const auto kind =
        static_cast<std::size_t>(key.kind) * 2 + static_cast<std::size_t>(key.sharing);
    return std::hash<std::string_view>{}(key.name) ^ (kind * 0x9E3779B97F4A7C15U);
  }
};

/// Kinds whose name says nothing that the kind does not: all of them are one group.
bool IsNamedByKind(MappingKind kind) {
  return kind == MappingKind::kHeap || kind == MappingKind::kStack;
}

GroupKey KeyOf(const Place& place) {
  const MappingKind kind = KindOf(place);
  std::string_view name = IsNamedByKind(kind) ? std::string_view{} : place.mapping.name;
  if (name == "/dev/zero (deleted)") name = {};
  return {.kind = kind,
          .sharing = IsPrivate(place.mapping) ? Sharing::kPrivate : Sharing::kShared,
          .name = name};
}

bool HoldsMore(const MappingGroup& left, const MappingGroup& right) {
  if (left.Held() != right.Held()) return left.Held() > right.Held();
  if (left.size != right.size) return left.size > right.size;
  return left.name < right.name;
}

}  // namespace

std::string_view MappingKindName(MappingKind kind) {
  switch (kind) {
    case MappingKind::kHeap:
      return "heap";
    case MappingKind::kAnonymous:
      return "anonymous";
    case MappingKind::kNamedAnonymous:
      return "named-anonymous";
    case MappingKind::kArena:
      return "arena";
    case MappingKind::kGuarded:
      return "guarded";
    case MappingKind::kStack:
      return "stack";
    case MappingKind::kReserved:
      return "reserved";
    case MappingKind::kFile:
      return "file";
    case MappingKind::kShmFile:
      return "shm-file";
    case MappingKind::kMemfd:
      return "memfd";
    case MappingKind::kSysV:
      return "sysv";
    case MappingKind::kSharedAnonymous:
      return "shared-anonymous";
    case MappingKind::kHugetlb:
      return "hugetlb";
    case MappingKind::kKernel:
      return "kernel";
  }
  return "anonymous";
}

std::optional<MappingKind> ParseMappingKind(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(MappingKind::kKernel); ++i) {
    const auto kind = static_cast<MappingKind>(i);
    if (MappingKindName(kind) == name) return kind;
  }
  return std::nullopt;
}

std::vector<MappingGroup> GroupMappings(const Smaps& smaps) {
  std::vector<MappingGroup> groups;
  std::unordered_map<GroupKey, std::size_t, GroupKeyHash> places;
  for (std::size_t i = 0; i < smaps.mappings.size(); ++i) {
    const GroupKey key = KeyOf(PlaceOf(smaps.mappings, i));
    const auto [place, is_new] = places.try_emplace(key, groups.size());
    if (is_new) {
      MappingGroup& group = groups.emplace_back();
      group.kind = key.kind;
      group.sharing = key.sharing;
      group.name = GroupName(key.kind, key.name);
    }
    AddTo(groups[place->second], smaps.mappings[i]);
  }
  std::ranges::sort(groups, HoldsMore);
  return groups;
}

Result<std::vector<MappingGroup>> GroupMappings(std::string_view smaps) {
  const auto parsed = ParseSmaps(smaps);
  if (!parsed) return std::unexpected(parsed.error());
  return GroupMappings(*parsed);
}

}  // namespace headroom
