#include "explain/inferred/engine_files.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "container/field_reader.h"
#include "container/json_skip.h"
#include "evidence/wall_text.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr std::size_t kMostStored = 10000;

std::optional<WallTime> TimeIn(FieldReader& reader, std::string_view key) {
  const auto text = reader.MaybeString(key);
  return text ? ParseRfc3339(*text) : std::nullopt;
}

/// The exit statuses that a process can have; docker and podman write -1 for none.
std::optional<int> ExitCodeIn(FieldReader& reader) {
  const auto code = reader.MaybeInt64("ExitCode");
  if (!code || *code < 0 || *code > 255) return std::nullopt;
  return static_cast<int>(*code);
}

/// Both engines name the members of a state alike.
void ReadState(FieldReader& reader, EngineState& state) {
  state.running = reader.MaybeBool("Running");
  state.oom_flag = reader.MaybeBool("OOMKilled");
  state.started = TimeIn(reader, "StartedAt");
  state.finished = TimeIn(reader, "FinishedAt");
  state.error = reader.MaybeString("Error").value_or("");
  if (state.running == false && state.finished) state.exit_code = ExitCodeIn(reader);
  // What it ended with before says nothing of a container that was started again since.
  if (state.running.value_or(false)) state.finished.reset();
}

std::string WithoutSlash(std::string name) {
  if (name.starts_with('/')) name.erase(0, 1);
  return name;
}

Result<EngineState> WithId(EngineState state, const Status& status, std::string_view where) {
  if (!status) return std::unexpected(status.error());
  if (state.id.empty()) return Malformed(where, "names no container");
  return state;
}

}  // namespace

Result<EngineState> ParseDockerState(std::string_view text, std::string_view where) {
  const auto document = ParseJsonObject(
      WithoutMembers(text, {"HostConfig", "NetworkSettings", "MountPoints", "Config/Env",
                            "Config/Healthcheck", "Config/Labels", "State/Health"}),
      where);
  if (!document) return std::unexpected(document.error());
  Status status;
  FieldReader reader(*document, std::string(where), status);
  EngineState state{.source = std::string(where), .engine = "docker"};
  state.id = reader.MaybeString("ID").value_or("");
  state.name = WithoutSlash(reader.MaybeString("Name").value_or(""));
  if (const json* config = reader.MaybeObject("Config")) {
    FieldReader values(*config, fmt::format("{}: Config", where), status);
    state.image = values.MaybeString("Image").value_or("");
  }
  if (const json* found = reader.MaybeObject("State")) {
    FieldReader values(*found, fmt::format("{}: State", where), status);
    ReadState(values, state);
  }
  return WithId(std::move(state), status, where);
}

Result<EngineState> ParsePodmanInspect(std::string_view text, std::string_view where) {
  const auto document = ParseJson(text, where);
  if (!document) return std::unexpected(document.error());
  if (!document->is_array() || document->size() != 1 || !document->front().is_object()) {
    return Malformed(where, "is no array of one container");
  }
  Status status;
  FieldReader reader(document->front(), std::string(where), status);
  EngineState state{.source = std::string(where), .engine = "podman"};
  state.id = reader.MaybeString("Id").value_or("");
  state.name = WithoutSlash(reader.MaybeString("Name").value_or(""));
  state.image = reader.MaybeString("ImageName").value_or("");
  if (const json* found = reader.MaybeObject("State")) {
    FieldReader values(*found, fmt::format("{}: State", where), status);
    ReadState(values, state);
  }
  return WithId(std::move(state), status, where);
}

Result<std::vector<StoredContainer>> ParseStoredContainers(std::string_view text,
                                                           std::string_view where) {
  const auto document = ParseJson(text, where);
  if (!document) return std::unexpected(document.error());
  if (!document->is_array()) return Malformed(where, "is no array");
  std::vector<StoredContainer> stored;
  for (const json& row : *document) {
    if (stored.size() == kMostStored) break;
    if (!row.is_object()) continue;
    const auto id = OptionalString(row, "id", where);
    if (!id || !*id) continue;
    StoredContainer container{.id = **id, .names = {}};
    const auto names = OptionalArray(row, "names", where);
    if (names && *names != nullptr) {
      for (const json& name : **names) {
        if (name.is_string()) container.names.push_back(name.get<std::string>());
      }
    }
    stored.push_back(std::move(container));
  }
  return stored;
}

std::optional<WallTime> ParseRfc3339(std::string_view text) {
  if (text.ends_with('Z')) return ParseIso8601(text);
  constexpr std::size_t kOffset = 6;  // "+01:00"
  if (text.size() < kOffset) return std::nullopt;
  const std::string_view offset = text.substr(text.size() - kOffset);
  const auto hours = ParseUint64(offset.substr(1, 2));
  const auto minutes = ParseUint64(offset.substr(4, 2));
  const bool plain = (offset[0] == '+' || offset[0] == '-') && offset[3] == ':';
  if (!plain || !hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const auto local = ParseIso8601(fmt::format("{}Z", text.substr(0, text.size() - kOffset)));
  if (!local) return std::nullopt;
  const std::chrono::minutes ahead(static_cast<std::int64_t>(*hours * 60 + *minutes));
  return offset[0] == '+' ? *local - ahead : *local + ahead;
}

}  // namespace headroom
