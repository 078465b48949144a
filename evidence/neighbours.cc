#include "evidence/neighbours.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "headroom.neighbours/1";
constexpr std::size_t kMaxCgroups = 4096;

json NeighbourToJson(const Neighbour& row) {
  json object = json::object();
  PutBytes(object, "path", row.path);
  PutIfKnown(object, "current", row.current);
  PutIfKnown(object, "anon", row.anon);
  PutIfKnown(object, "shmem", row.shmem);
  PutIfKnown(object, "file", row.file);
  PutIfKnown(object, "memory_max", row.max);
  object["container"] = row.container;
  object["victim"] = row.victim;
  object["trigger"] = row.trigger;
  return object;
}

Neighbour NeighbourFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  Neighbour row;
  row.path = reader.AnyBytes("path");
  row.current = AmountOf(reader, "current");
  row.anon = AmountOf(reader, "anon");
  row.shmem = AmountOf(reader, "shmem");
  row.file = AmountOf(reader, "file");
  row.max = LimitOf(object, reader, "memory_max");
  row.container = reader.MaybeBool("container").value_or(false);
  row.victim = reader.MaybeBool("victim").value_or(false);
  row.trigger = reader.MaybeBool("trigger").value_or(false);
  return row;
}

json TriggerToJson(const OomTrigger& trigger) {
  json object = json::object();
  if (trigger.pid > 0) object["pid"] = trigger.pid;
  PutBytes(object, "comm", trigger.comm);
  if (trigger.cgroup) PutBytes(object, "cgroup", *trigger.cgroup);
  return object;
}

std::optional<OomTrigger> TriggerOf(FieldReader& reader, Status& status) {
  const json* object = reader.MaybeObject("trigger");
  if (object == nullptr) return std::nullopt;
  FieldReader inner(*object, reader.where() + ": trigger", status);
  OomTrigger trigger{.pid = PidOf(inner, "pid"), .comm = inner.AnyBytes("comm"), .cgroup = {}};
  if (object->contains("cgroup")) trigger.cgroup = inner.AnyBytes("cgroup");
  return trigger;
}

std::optional<std::chrono::microseconds> TookOf(FieldReader& reader) {
  constexpr std::uint64_t kLongest = 1ULL << 51U;
  const auto took = reader.MaybeUint64("took_us");
  if (!took || *took > kLongest) return std::nullopt;
  return std::chrono::microseconds(static_cast<std::int64_t>(*took));
}

Neighbours NeighboursFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSchema);
  Neighbours neighbours;
  neighbours.level = reader.AnyBytes("level");
  neighbours.read_boot = TimeOf(reader, "read_boot_ns");
  neighbours.took = TookOf(reader);
  neighbours.cgroups = RowsOf<Neighbour>(reader, "cgroups", kMaxCgroups, status, NeighbourFromJson);
  neighbours.total = reader.MaybeUint64("total");
  neighbours.truncated = reader.MaybeBool("truncated").value_or(false);
  neighbours.host_available = AmountOf(reader, "host_available");
  neighbours.host_free = AmountOf(reader, "host_free");
  neighbours.trigger = TriggerOf(reader, status);
  return neighbours;
}

}  // namespace

std::string SerializeNeighbours(const Neighbours& neighbours) {
  json rows = json::array();
  for (const Neighbour& row : neighbours.cgroups) rows.push_back(NeighbourToJson(row));
  json object = {
      {"schema", kSchema}, {"cgroups", std::move(rows)}, {"truncated", neighbours.truncated}};
  PutBytes(object, "level", neighbours.level);
  if (neighbours.read_boot) object["read_boot_ns"] = neighbours.read_boot->count();
  if (neighbours.took) object["took_us"] = neighbours.took->count();
  PutIfKnown(object, "total", neighbours.total);
  PutIfKnown(object, "host_available", neighbours.host_available);
  PutIfKnown(object, "host_free", neighbours.host_free);
  if (neighbours.trigger) object["trigger"] = TriggerToJson(*neighbours.trigger);
  return DumpJson(object);
}

Result<Neighbours> ParseNeighbours(std::string_view text, std::string_view where) {
  return ParseRecord<Neighbours>(text, where, NeighboursFromJson);
}

}  // namespace headroom
