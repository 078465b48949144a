#include "evidence/incident.h"

#include <fmt/format.h>

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

constexpr std::string_view kSchema = "headroom.incident/1";
constexpr std::size_t kMaxLevels = 1024;
constexpr std::size_t kMaxCandidates = 1024;
/// Far above any uptime, and far below what overflows when it is added to a time in nanoseconds.
constexpr std::chrono::hours kLargestLag{24 * 365 * 70};

constexpr std::array<std::pair<LevelRole, std::string_view>, 3> kRoleNames = {
    {{LevelRole::kContainer, "container"},
     {LevelRole::kDescendant, "descendant"},
     {LevelRole::kAncestor, "ancestor"}}};

json LevelToJson(const IncidentLevel& level) {
  json object = json::object();
  PutBytes(object, "path", level.path);
  object["role"] = LevelRoleName(level.role);
  object["removed"] = level.removed;
  PutIfKnown(object, "memory_max", level.memory_max);
  object["events"] = EventsToJson(level.events);
  if (level.events_local) object["events_local"] = EventsToJson(*level.events_local);
  return object;
}

IncidentLevel LevelFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  IncidentLevel level;
  level.path = reader.AnyBytes("path");
  const auto role = ParseLevelRole(reader.String("role"));
  if (!role) reader.Refuse("role", "is none of container, descendant, ancestor");
  level.role = role.value_or(LevelRole::kAncestor);
  level.removed = reader.MaybeBool("removed").value_or(false);
  level.memory_max = LimitOf(object, reader, "memory_max");
  if (const json* events = reader.MaybeObject("events")) {
    level.events = EventsOf(*events, where + ": events", status);
  }
  if (const json* local = reader.MaybeObject("events_local")) {
    level.events_local = EventsOf(*local, where + ": events_local", status);
  }
  return level;
}

json InitToJson(const Incident& incident) {
  json init = json::object();
  if (incident.init) {
    init["pid"] = incident.init->pid;
    init["start_ticks"] = incident.init->start_ticks;
  }
  PutIfKnown(init, "alive", incident.init_alive);
  if (incident.init_exit) init["exit"] = InitExitToJson(*incident.init_exit);
  return init;
}

void ReadInit(Incident& incident, FieldReader& reader, Status& status) {
  const json* object = reader.MaybeObject("init");
  if (object == nullptr) return;
  FieldReader init(*object, reader.where() + ": init", status);
  incident.init_alive = init.MaybeBool("alive");
  if (const json* exit = init.MaybeObject("exit")) {
    incident.init_exit = InitExitFromJson(*exit, init.where() + ": exit", status);
  }
  const int pid = PidOf(init, "pid");
  if (pid > 0) incident.init = {pid, init.MaybeUint64("start_ticks").value_or(0)};
}

std::optional<std::chrono::microseconds> LagOf(FieldReader& reader) {
  constexpr const char* kKey = "log_clock_lag_us";
  const auto micros = reader.MaybeInt64(kKey);
  if (!micros) return std::nullopt;
  const std::chrono::microseconds lag(*micros);
  if (lag <= kLargestLag && lag >= -kLargestLag) return lag;
  reader.Refuse(kKey, fmt::format("is {}, expected at most the microseconds of 70 years", *micros));
  return std::nullopt;
}

void ReadRange(Incident& incident, FieldReader& reader, Status& status) {
  const json* range = reader.MaybeObject("oom_kill");
  if (range == nullptr) {
    reader.Refuse("oom_kill", "is missing, expected an object");
    return;
  }
  FieldReader bounds(*range, reader.where() + ": oom_kill", status);
  incident.oom_kill_from = bounds.Uint64("from");
  incident.oom_kill_to = bounds.Uint64("to");
  if (incident.oom_kill_from > incident.oom_kill_to) bounds.Refuse("to", "is below \"from\"");
}

void ReadCandidates(Incident& incident, FieldReader& reader) {
  const json* candidates = reader.MaybeArray("candidates");
  if (candidates == nullptr) return;
  for (const json& candidate : *candidates) {
    if (!candidate.is_string() || incident.candidates.size() >= kMaxCandidates) {
      reader.Refuse("candidates", "is not a short list of container keys");
      return;
    }
    incident.candidates.push_back(candidate.get<std::string>());
  }
}

Incident IncidentFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSchema);
  Incident incident;
  incident.generation = reader.AnyBytes("generation");
  ReadRange(incident, reader, status);
  incident.confidence = reader.MaybeString("confidence").value_or("");
  incident.detected_by = reader.MaybeString("detected_by").value_or("");
  incident.detected_boot = TimeOf(reader, "detected_boot_ns");
  incident.detected_wall = WallOf(reader, "detected_wall");
  incident.log_clock_lag = LagOf(reader);
  incident.suppressed = reader.MaybeUint64("suppressed").value_or(0);
  ReadCandidates(incident, reader);
  incident.levels = RowsOf<IncidentLevel>(reader, "levels", kMaxLevels, status, LevelFromJson);
  ReadInit(incident, reader, status);
  if (const json* host = reader.MaybeObject("host")) {
    FieldReader figures(*host, reader.where() + ": host", status);
    incident.host_available = AmountOf(figures, "mem_available");
  }
  if (const json* stall = reader.MaybeObject("stall")) {
    incident.stall = StallFromJson(*stall, where + ": stall", status);
  }
  return incident;
}

}  // namespace

std::string_view LevelRoleName(LevelRole role) {
  return kRoleNames.at(static_cast<std::size_t>(role)).second;
}

std::optional<LevelRole> ParseLevelRole(std::string_view name) {
  for (const auto& [role, known] : kRoleNames) {
    if (known == name) return role;
  }
  return std::nullopt;
}

const IncidentLevel* Incident::Own() const {
  const auto own = std::find_if(levels.begin(), levels.end(), [](const IncidentLevel& level) {
    return level.role == LevelRole::kContainer;
  });
  return own == levels.end() ? nullptr : &*own;
}

std::string SerializeIncident(const Incident& incident) {
  json object = json::object();
  object["schema"] = kSchema;
  PutBytes(object, "generation", incident.generation);
  object["oom_kill"] = {{"from", incident.oom_kill_from}, {"to", incident.oom_kill_to}};
  object["confidence"] = incident.confidence;
  object["detected_by"] = incident.detected_by;
  if (incident.detected_boot) object["detected_boot_ns"] = incident.detected_boot->count();
  if (incident.detected_wall) object["detected_wall"] = ToIso8601(*incident.detected_wall);
  if (incident.log_clock_lag) object["log_clock_lag_us"] = incident.log_clock_lag->count();
  object["suppressed"] = incident.suppressed;
  object["candidates"] = incident.candidates;
  json levels = json::array();
  for (const IncidentLevel& level : incident.levels) levels.push_back(LevelToJson(level));
  object["levels"] = std::move(levels);
  object["init"] = InitToJson(incident);
  json host = json::object();
  PutIfKnown(host, "mem_available", incident.host_available);
  object["host"] = std::move(host);
  if (incident.stall) object["stall"] = StallToJson(*incident.stall);
  return DumpJson(object);
}

Result<Incident> ParseIncident(std::string_view text, std::string_view where) {
  return ParseRecord<Incident>(text, where, IncidentFromJson);
}

}  // namespace headroom
