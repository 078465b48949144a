#include "evidence/oom_record.h"

#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/json.h"
#include "base/text.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;
using std::chrono::microseconds;

constexpr std::size_t kMaxEvents = 4096;
constexpr std::size_t kMaxVictims = 65536;

void PutBytesIfKnown(json& object, std::string_view key, const std::optional<std::string>& bytes) {
  if (bytes) PutBytes(object, key, *bytes);
}

/// The line of every record, by its sequence number.
using Lines = std::map<std::uint64_t, std::size_t>;

std::optional<std::uint64_t> SequenceOf(std::string_view record) {
  const std::size_t first = record.find(',');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = record.find(',', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  return ParseUint64(record.substr(first + 1, second - first - 1));
}

/// A log may have as many kills as lines, so that it is not searched for each of them.
Lines LinesOf(std::string_view log) {
  Lines lines;
  for (std::size_t line = 1; const auto record = TakeLine(log); ++line) {
    if (const auto sequence = SequenceOf(*record)) lines.emplace(*sequence, line);
  }
  return lines;
}

json VictimToJson(const OomVictim& victim, const Lines& lines) {
  json object = json::object();
  object["pid"] = victim.pid;
  PutBytes(object, "comm", victim.comm);
  PutIfKnown(object, "total_vm", victim.total_vm);
  PutIfKnown(object, "anon_rss", victim.anon_rss);
  PutIfKnown(object, "file_rss", victim.file_rss);
  PutIfKnown(object, "shmem_rss", victim.shmem_rss);
  PutIfKnown(object, "pgtables", victim.pgtables);
  PutIfKnown(object, "uid", victim.uid);
  if (victim.oom_score_adj) object["oom_score_adj"] = *victim.oom_score_adj;
  object["since_boot_us"] = victim.since_boot.count();
  const auto line = lines.find(victim.sequence);
  if (line != lines.end()) object["log_line"] = line->second;
  return object;
}

json EventToJson(const OomEvent& event, const Lines& lines) {
  json object = json::object();
  PutBytesIfKnown(object, "invoker_comm", event.invoker_comm);
  if (event.invoker_pid) object["invoker_pid"] = *event.invoker_pid;
  PutBytesIfKnown(object, "constraint", event.constraint);
  PutBytesIfKnown(object, "oom_memcg", event.oom_memcg);
  PutBytesIfKnown(object, "task_memcg", event.task_memcg);
  PutBytesIfKnown(object, "group_memcg", event.group_memcg);
  object["global"] = event.global;
  PutIfKnown(object, "usage", event.usage);
  PutIfKnown(object, "limit", event.limit);
  object["group_kill"] = event.group_kill;
  object["since_boot_us"] = event.since_boot.count();
  object["tasks_rows"] = event.tasks.size();
  json victims = json::array();
  for (const OomVictim& victim : event.victims) victims.push_back(VictimToJson(victim, lines));
  object["victims"] = std::move(victims);
  return object;
}

std::optional<std::string> BytesOf(const json& object, FieldReader& reader, const char* key) {
  if (!object.contains(key) || object[key].is_null()) return std::nullopt;
  return reader.AnyBytes(key);
}

microseconds MicrosecondsOf(FieldReader& reader, std::string_view key) {
  constexpr std::uint64_t kLongestTime = std::uint64_t{1} << 51U;  // 71 years
  const std::uint64_t value = reader.MaybeUint64(key).value_or(0);
  if (value > kLongestTime) {
    reader.Refuse(key, "is no time in microseconds of this century");
    return microseconds(0);
  }
  return microseconds(static_cast<std::int64_t>(value));
}

OomVictim VictimFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  OomVictim victim;
  victim.pid = PidOf(reader, "pid");
  if (victim.pid == 0) reader.Refuse("pid", "is missing");
  victim.comm = reader.AnyBytes("comm");
  victim.total_vm = AmountOf(reader, "total_vm");
  victim.anon_rss = AmountOf(reader, "anon_rss");
  victim.file_rss = AmountOf(reader, "file_rss");
  victim.shmem_rss = AmountOf(reader, "shmem_rss");
  victim.pgtables = AmountOf(reader, "pgtables");
  victim.uid = reader.MaybeUint64("uid");
  const auto adjust = reader.MaybeInt64("oom_score_adj");
  if (adjust && *adjust >= -1000 && *adjust <= 1000) {
    victim.oom_score_adj = static_cast<int>(*adjust);
  }
  victim.since_boot = MicrosecondsOf(reader, "since_boot_us");
  return victim;
}

OomEvent EventFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  OomEvent event;
  event.invoker_comm = BytesOf(object, reader, "invoker_comm");
  if (const int invoker = PidOf(reader, "invoker_pid"); invoker > 0) event.invoker_pid = invoker;
  event.constraint = BytesOf(object, reader, "constraint");
  event.oom_memcg = BytesOf(object, reader, "oom_memcg");
  event.task_memcg = BytesOf(object, reader, "task_memcg");
  event.group_memcg = BytesOf(object, reader, "group_memcg");
  event.global = reader.MaybeBool("global").value_or(false);
  event.usage = AmountOf(reader, "usage");
  event.limit = AmountOf(reader, "limit");
  event.group_kill = reader.MaybeBool("group_kill").value_or(false);
  event.since_boot = MicrosecondsOf(reader, "since_boot_us");
  event.victims = RowsOf<OomVictim>(reader, "victims", kMaxVictims, status, VictimFromJson);
  return event;
}

OomRecord RecordFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  OomRecord record;
  record.overruns = reader.MaybeUint64("overruns").value_or(0);
  record.events = RowsOf<OomEvent>(reader, "events", kMaxEvents, status, EventFromJson);
  return record;
}

}  // namespace

std::size_t LineOfRecord(std::string_view log, std::uint64_t sequence) {
  for (std::size_t line = 1; const auto record = TakeLine(log); ++line) {
    if (SequenceOf(*record) == sequence) return line;
  }
  return 0;
}

std::string SerializeOomRecord(const OomRecord& record, std::string_view log) {
  const Lines lines = LinesOf(log);
  json events = json::array();
  for (const OomEvent& event : record.events) events.push_back(EventToJson(event, lines));
  return DumpJson({{"events", std::move(events)}, {"overruns", record.overruns}});
}

Result<OomRecord> ParseOomRecord(std::string_view text, std::string_view where) {
  return ParseRecord<OomRecord>(text, where, RecordFromJson);
}

}  // namespace headroom
