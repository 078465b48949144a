#include "evidence/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "evidence/wall_text.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "headroom.manifest/1";
/// No bundle of ours comes near: a row a process and file, and processes are capped far below.
constexpr std::size_t kMaxRows = 65536;

constexpr std::array<std::pair<Outcome, std::string_view>, 4> kOutcomeNames = {
    {{Outcome::kComplete, "complete"},
     {Outcome::kPartial, "partial"},
     {Outcome::kUnavailable, "unavailable"},
     {Outcome::kTooLate, "too-late"}}};

json RowToJson(const ManifestRow& row) {
  json object = {{"section", row.section},   {"outcome", OutcomeName(row.outcome)},
                 {"reason", row.reason},     {"captured_boot_ns", nullptr},
                 {"captured_wall", nullptr}, {"took_us", row.took.count()},
                 {"bytes", row.bytes},       {"sha256", row.sha256}};
  if (row.captured_boot) object["captured_boot_ns"] = row.captured_boot->count();
  if (row.captured_wall) object["captured_wall"] = ToIso8601(*row.captured_wall);
  return object;
}

json RedactionToJson(const Redaction& redaction) {
  return {
      {"level", redaction.level}, {"changed", redaction.changed}, {"dropped", redaction.dropped}};
}

Result<std::vector<std::string>> TextsOf(const json& object, std::string_view key,
                                         std::string_view where) {
  const auto array = OptionalArray(object, key, where);
  if (!array) return std::unexpected(array.error());
  std::vector<std::string> texts;
  if (*array == nullptr) return texts;
  if ((*array)->size() > kMaxRows) return Malformed(where, "has more rows than any bundle");
  for (const json& text : **array) {
    if (!text.is_string()) return Malformed(where, fmt::format("key \"{}\" holds no texts", key));
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

Result<std::optional<Redaction>> ReadRedaction(const json& document, std::string_view where) {
  const auto object = OptionalObject(document, "redacted", where);
  if (!object) return std::unexpected(object.error());
  if (*object == nullptr) return std::nullopt;
  auto level = RequiredString(**object, "level", where);
  if (!level) return std::unexpected(level.error());
  auto changed = TextsOf(**object, "changed", where);
  if (!changed) return std::unexpected(changed.error());
  auto dropped = TextsOf(**object, "dropped", where);
  if (!dropped) return std::unexpected(dropped.error());
  return Redaction{std::move(*level), std::move(*changed), std::move(*dropped)};
}

bool FitsSigned(std::uint64_t number) {
  return number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
}

Result<std::optional<WallTime>> ReadWall(const json& object, std::string_view where) {
  const auto text = OptionalString(object, "captured_wall", where);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::nullopt;
  const auto time = ParseIso8601(**text);
  if (!time)
    return Malformed(where, "key \"captured_wall\" is not a time like 2026-11-21T03:12:44Z");
  return time;
}

Status ReadTimes(const json& object, std::string_view where, ManifestRow& row) {
  const auto boot = OptionalUint64(object, "captured_boot_ns", where);
  if (!boot) return std::unexpected(boot.error());
  const auto took = OptionalUint64(object, "took_us", where);
  if (!took) return std::unexpected(took.error());
  if (!FitsSigned(boot->value_or(0)) || !FitsSigned(took->value_or(0))) {
    return Malformed(where, "a time is larger than 2^63 nanoseconds");
  }
  const auto wall = ReadWall(object, where);
  if (!wall) return std::unexpected(wall.error());
  if (*boot) row.captured_boot = BootTime(static_cast<std::int64_t>(**boot));
  row.captured_wall = *wall;
  row.took = std::chrono::microseconds(static_cast<std::int64_t>(took->value_or(0)));
  return {};
}

Result<Outcome> ReadOutcome(const json& object, std::string_view where) {
  const auto name = RequiredString(object, "outcome", where);
  if (!name) return std::unexpected(name.error());
  const auto outcome = ParseOutcome(*name);
  if (outcome) return *outcome;
  return Malformed(where, fmt::format("key \"outcome\" is \"{}\", expected complete, partial, "
                                      "unavailable or too-late",
                                      EscapedForPeople(*name)));
}

Result<ManifestRow> RowFromJson(const json& object, std::string_view where) {
  if (!object.is_object()) return Malformed(where, "is not an object");
  ManifestRow row;
  const auto section = RequiredString(object, "section", where);
  if (!section) return std::unexpected(section.error());
  const auto outcome = ReadOutcome(object, where);
  if (!outcome) return std::unexpected(outcome.error());
  const auto reason = OptionalString(object, "reason", where);
  if (!reason) return std::unexpected(reason.error());
  const auto bytes = OptionalUint64(object, "bytes", where);
  if (!bytes) return std::unexpected(bytes.error());
  const auto sha256 = OptionalString(object, "sha256", where);
  if (!sha256) return std::unexpected(sha256.error());
  if (auto times = ReadTimes(object, where, row); !times) return std::unexpected(times.error());
  row.section = *section;
  row.outcome = *outcome;
  row.reason = reason->value_or("");
  row.bytes = bytes->value_or(0);
  row.sha256 = sha256->value_or("");
  return row;
}

Result<std::string> TextOrEmpty(const json& object, std::string_view key, std::string_view where) {
  auto text = OptionalString(object, key, where);
  if (!text) return std::unexpected(text.error());
  return std::move(*text).value_or("");
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) {
  return kOutcomeNames.at(static_cast<std::size_t>(outcome)).second;
}

std::optional<Outcome> ParseOutcome(std::string_view name) {
  for (const auto& [outcome, known] : kOutcomeNames) {
    if (known == name) return outcome;
  }
  return std::nullopt;
}

const ManifestRow* Manifest::Find(std::string_view section) const {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const ManifestRow& row) { return row.section == section; });
  return found == rows.end() ? nullptr : &*found;
}

std::string SerializeManifest(const Manifest& manifest) {
  json sections = json::array();
  for (const ManifestRow& row : manifest.rows) sections.push_back(RowToJson(row));
  json document = {{"schema", kSchema},
                   {"incident", manifest.incident},
                   {"kind", manifest.kind},
                   {"sections", std::move(sections)}};
  if (manifest.redacted) document["redacted"] = RedactionToJson(*manifest.redacted);
  return DumpJson(document);
}

Result<Manifest> ParseManifest(std::string_view text, std::string_view where) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  const auto schema = RequiredString(*document, "schema", where);
  if (!schema) return std::unexpected(schema.error());
  if (*schema != kSchema) {
    return Malformed(where, fmt::format("has the schema \"{}\", expected \"{}\"",
                                        EscapedForPeople(*schema), kSchema));
  }
  const auto incident = TextOrEmpty(*document, "incident", where);
  if (!incident) return std::unexpected(incident.error());
  const auto kind = TextOrEmpty(*document, "kind", where);
  if (!kind) return std::unexpected(kind.error());
  const auto sections = OptionalArray(*document, "sections", where);
  if (!sections) return std::unexpected(sections.error());
  auto redacted = ReadRedaction(*document, where);
  if (!redacted) return std::unexpected(redacted.error());
  Manifest manifest{
      .incident = *incident, .kind = *kind, .rows = {}, .redacted = std::move(*redacted)};
  if (*sections == nullptr) return Malformed(where, "key \"sections\" is missing");
  if ((*sections)->size() > kMaxRows) return Malformed(where, "has more rows than any bundle");
  for (std::size_t i = 0; i < (*sections)->size(); ++i) {
    auto row = RowFromJson((**sections)[i], fmt::format("{}: sections[{}]", where, i));
    if (!row) return std::unexpected(row.error());
    manifest.rows.push_back(std::move(*row));
  }
  return manifest;
}

}  // namespace headroom
