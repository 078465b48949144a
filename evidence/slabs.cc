#include "evidence/slabs.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "headroom.slabinfo/1";
constexpr std::size_t kMaxCaches = 4096;

json CacheToJson(const SlabRow& row) {
  json object = json::object();
  PutBytes(object, "name", row.name);
  PutIfKnown(object, "size", row.size);
  PutIfKnown(object, "objects", row.objects);
  PutIfKnown(object, "object_size", row.object_size);
  return object;
}

SlabRow CacheFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return {.name = reader.AnyBytes("name"),
          .size = AmountOf(reader, "size"),
          .objects = reader.MaybeUint64("objects"),
          .object_size = AmountOf(reader, "object_size")};
}

SlabTable TableFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSchema);
  SlabTable table;
  table.caches = RowsOf<SlabRow>(reader, "caches", kMaxCaches, status, CacheFromJson);
  table.total_size = AmountOf(reader, "total_size");
  table.total = reader.MaybeUint64("total");
  return table;
}

}  // namespace

std::string SerializeSlabs(const SlabTable& table) {
  json caches = json::array();
  for (const SlabRow& row : table.caches) caches.push_back(CacheToJson(row));
  json object = {{"schema", kSchema}, {"caches", std::move(caches)}};
  PutIfKnown(object, "total_size", table.total_size);
  PutIfKnown(object, "total", table.total);
  return DumpJson(object);
}

Result<SlabTable> ParseSlabs(std::string_view text, std::string_view where) {
  return ParseRecord<SlabTable>(text, where, TableFromJson);
}

}  // namespace headroom
