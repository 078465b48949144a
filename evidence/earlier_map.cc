#include "evidence/earlier_map.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "headroom.earlier-map/1";
constexpr std::size_t kMostGroups = 64;
constexpr std::size_t kMaxRows = 4096;

json GroupToJson(const MappingGroup& group) {
  json object = json::object();
  object["kind"] = MappingKindName(group.kind);
  object["shared"] = group.sharing == Sharing::kShared;
  PutBytes(object, "name", group.name);
  object["mappings"] = group.mappings;
  object["size"] = group.size.value;
  object["rss"] = group.rss.value;
  PutIfKnown(object, "private_dirty", group.private_dirty);
  return object;
}

MappingGroup GroupFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  MappingGroup group;
  const auto kind = ParseMappingKind(reader.String("kind"));
  if (!kind) reader.Refuse("kind", "is no kind of mapping");
  group.kind = kind.value_or(MappingKind::kAnonymous);
  group.sharing = reader.Bool("shared") ? Sharing::kShared : Sharing::kPrivate;
  group.name = reader.AnyBytes("name");
  group.mappings = reader.Uint64("mappings");
  group.size = Bytes{reader.Uint64("size")};
  group.rss = Bytes{reader.Uint64("rss")};
  group.private_dirty = AmountOf(reader, "private_dirty");
  return group;
}

EarlierMap MapFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  EarlierMap map;
  if (reader.String("schema") != kSchema) reader.Refuse("schema", "is not the one of this version");
  map.id.pid = PidOf(reader, "pid");
  if (map.id.pid == 0) reader.Refuse("pid", "is missing");
  map.id.start_ticks = reader.Uint64("start_ticks");
  const auto taken = TimeOf(reader, "taken_boot_ns");
  if (!taken) reader.Refuse("taken_boot_ns", "is missing");
  map.taken = taken.value_or(BootTime{});
  map.groups = RowsOf<MappingGroup>(reader, "groups", kMaxRows, status, GroupFromJson);
  return map;
}

}  // namespace

std::string SerializeEarlierMap(const EarlierMap& map) {
  json groups = json::array();
  for (std::size_t i = 0; i < std::min(map.groups.size(), kMostGroups); ++i) {
    groups.push_back(GroupToJson(map.groups[i]));
  }
  return DumpJson({{"schema", kSchema},
                   {"pid", map.id.pid},
                   {"start_ticks", map.id.start_ticks},
                   {"taken_boot_ns", map.taken.count()},
                   {"groups", std::move(groups)}});
}

Result<EarlierMap> ParseEarlierMap(std::string_view text, std::string_view where) {
  return ParseRecord<EarlierMap>(text, where, MapFromJson);
}

}  // namespace headroom
