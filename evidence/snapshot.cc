#include "evidence/snapshot.h"

#include <climits>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kSnapshotSchema = "headroom.snapshot/1";
constexpr std::size_t kMaxProcesses = 65536;
constexpr std::size_t kMaxNodes = 1024;

void PutDetails(json& object, const ProcessRow& row) {
  PutIfKnown(object, "oom_score", row.oom_score);
  PutIfKnown(object, "pss", row.pss);
  PutIfKnown(object, "uss", row.uss);
  PutIfKnown(object, "swap_pss", row.swap_pss);
  PutIfKnown(object, "fds", row.fds);
  if (row.fds_truncated) object["fds_truncated"] = true;
  PutIfKnown(object, "limit_as", row.limit_as);
  PutIfKnown(object, "limit_data", row.limit_data);
  PutIfKnown(object, "limit_memlock", row.limit_memlock);
  PutIfKnown(object, "limit_nofile", row.limit_nofile);
  if (!row.wchan.empty()) PutBytes(object, "wchan", row.wchan);
  if (row.numa.empty()) return;
  json nodes = json::array();
  for (const NodeBytes& node : row.numa) {
    nodes.push_back({{"node", node.node}, {"bytes", node.bytes.value}});
  }
  object["numa"] = std::move(nodes);
}

json ProcessToJson(const ProcessRow& row) {
  json object = json::object();
  object["pid"] = row.id.pid;
  object["start_ticks"] = row.id.start_ticks;
  if (row.parent > 0) object["parent"] = row.parent;
  PutBytes(object, "comm", row.comm);
  PutIfKnown(object, "uid", row.uid);
  PutIfKnown(object, "threads", row.threads);
  if (!row.state.empty()) PutBytes(object, "state", row.state);
  PutIfKnown(object, "rss", row.rss);
  PutIfKnown(object, "rss_anon", row.rss_anon);
  PutIfKnown(object, "rss_file", row.rss_file);
  PutIfKnown(object, "rss_shmem", row.rss_shmem);
  PutIfKnown(object, "swap", row.swap);
  PutIfKnown(object, "page_tables", row.page_tables);
  if (row.oom_score_adj) object["oom_score_adj"] = *row.oom_score_adj;
  PutDetails(object, row);
  PutBytes(object, "cgroup", row.cgroup);
  if (row.read_boot) object["read_boot_ns"] = row.read_boot->count();
  return object;
}

NodeBytes NodeFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  return {.node = reader.Uint64("node"), .bytes = Bytes{reader.Uint64("bytes")}};
}

void ReadDetails(const json& object, FieldReader& reader, Status& status, ProcessRow& row) {
  row.oom_score = reader.MaybeUint64("oom_score");
  row.pss = AmountOf(reader, "pss");
  row.uss = AmountOf(reader, "uss");
  row.swap_pss = AmountOf(reader, "swap_pss");
  row.fds = reader.MaybeUint64("fds");
  row.fds_truncated = reader.MaybeBool("fds_truncated").value_or(false);
  row.limit_as = LimitOf(object, reader, "limit_as");
  row.limit_data = LimitOf(object, reader, "limit_data");
  row.limit_memlock = LimitOf(object, reader, "limit_memlock");
  row.limit_nofile = reader.MaybeUint64("limit_nofile");
  row.wchan = reader.AnyBytes("wchan");
  row.numa = RowsOf<NodeBytes>(reader, "numa", kMaxNodes, status, NodeFromJson);
}

ProcessRow ProcessFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  ProcessRow row;
  row.id.pid = PidOf(reader, "pid");
  if (row.id.pid == 0) reader.Refuse("pid", "is missing");
  row.id.start_ticks = reader.MaybeUint64("start_ticks").value_or(0);
  const std::uint64_t parent = reader.MaybeUint64("parent").value_or(0);
  if (parent <= INT_MAX) row.parent = static_cast<int>(parent);  // 0: outside of our namespace
  row.comm = reader.AnyBytes("comm");
  row.uid = reader.MaybeUint64("uid");
  row.threads = reader.MaybeUint64("threads");
  row.state = reader.AnyBytes("state");
  row.rss = AmountOf(reader, "rss");
  row.rss_anon = AmountOf(reader, "rss_anon");
  row.rss_file = AmountOf(reader, "rss_file");
  row.rss_shmem = AmountOf(reader, "rss_shmem");
  row.swap = AmountOf(reader, "swap");
  row.page_tables = AmountOf(reader, "page_tables");
  row.oom_score_adj = reader.MaybeInt64("oom_score_adj");
  ReadDetails(object, reader, status, row);
  row.cgroup = reader.AnyBytes("cgroup");
  row.read_boot = TimeOf(reader, "read_boot_ns");
  return row;
}

std::optional<std::chrono::microseconds> DurationOf(FieldReader& reader, const char* key) {
  const auto held = reader.MaybeUint64(key);
  if (!held) return std::nullopt;
  if (*held > LLONG_MAX / 1000) {
    reader.Refuse(key, "is no time in microseconds");
    return std::nullopt;
  }
  return std::chrono::microseconds(static_cast<std::int64_t>(*held));
}

Snapshot SnapshotFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSnapshotSchema);
  Snapshot snapshot;
  snapshot.taken_boot = TimeOf(reader, "taken_boot_ns");
  snapshot.taken_wall = WallOf(reader, "taken_wall");
  snapshot.trigger = reader.MaybeString("trigger").value_or("");
  snapshot.cgroup = reader.AnyBytes("cgroup");
  snapshot.memory_max = LimitOf(object, reader, "memory_max");
  snapshot.memory_high = LimitOf(object, reader, "memory_high");
  snapshot.unreclaimable = AmountOf(reader, "unreclaimable");
  snapshot.held = DurationOf(reader, "held_us");
  snapshot.stood_still = DurationOf(reader, "stood_still_us");
  snapshot.why_not_still = reader.AnyBytes("why_not_still");
  snapshot.lifted_by = reader.MaybeString("lifted_by").value_or("");
  snapshot.processes_total = reader.MaybeUint64("processes_total");
  snapshot.processes_with_smaps = reader.MaybeUint64("processes_with_smaps");
  return snapshot;
}

ProcessTable ProcessesFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  ProcessTable table;
  table.processes = RowsOf<ProcessRow>(reader, "processes", kMaxProcesses, status, ProcessFromJson);
  table.total = reader.MaybeUint64("total");
  table.truncated = reader.MaybeBool("truncated").value_or(false);
  return table;
}

}  // namespace

std::string SerializeSnapshot(const Snapshot& snapshot) {
  json object = json::object();
  object["schema"] = kSnapshotSchema;
  if (snapshot.taken_boot) object["taken_boot_ns"] = snapshot.taken_boot->count();
  if (snapshot.taken_wall) object["taken_wall"] = ToIso8601(*snapshot.taken_wall);
  object["trigger"] = snapshot.trigger;
  PutBytes(object, "cgroup", snapshot.cgroup);
  PutIfKnown(object, "memory_max", snapshot.memory_max);
  PutIfKnown(object, "memory_high", snapshot.memory_high);
  PutIfKnown(object, "unreclaimable", snapshot.unreclaimable);
  object["held_us"] = snapshot.held ? json(snapshot.held->count()) : json(nullptr);
  if (snapshot.stood_still) object["stood_still_us"] = snapshot.stood_still->count();
  if (!snapshot.why_not_still.empty()) PutBytes(object, "why_not_still", snapshot.why_not_still);
  object["lifted_by"] = snapshot.lifted_by;
  PutIfKnown(object, "processes_total", snapshot.processes_total);
  PutIfKnown(object, "processes_with_smaps", snapshot.processes_with_smaps);
  return DumpJson(object);
}

Result<Snapshot> ParseSnapshot(std::string_view text, std::string_view where) {
  return ParseRecord<Snapshot>(text, where, SnapshotFromJson);
}

std::string SerializeProcesses(const ProcessTable& table) {
  json rows = json::array();
  for (const ProcessRow& row : table.processes) rows.push_back(ProcessToJson(row));
  json object = {{"processes", std::move(rows)}, {"truncated", table.truncated}};
  PutIfKnown(object, "total", table.total);
  return DumpJson(object);
}

Result<ProcessTable> ParseProcesses(std::string_view text, std::string_view where) {
  return ParseRecord<ProcessTable>(text, where, ProcessesFromJson);
}

}  // namespace headroom
