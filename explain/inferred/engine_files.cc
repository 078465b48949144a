#include "explain/inferred/engine_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "container/engine/aliases.h"
#include "container/field_reader.h"
#include "container/oci/json_skip.h"
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

std::vector<std::string> AliasesIn(const json& object) {
  Annotations labels;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) labels.emplace(key, value.get<std::string>());
  }
  return AliasesOf({}, labels, PodOf("docker", {}, labels));
}

/// Of the driver that keeps a file; the journal's has a path of a file that is not there.
std::string PodmanLogPath(FieldReader& reader, Status& status) {
  const json* host = reader.MaybeObject("HostConfig");
  if (host == nullptr) return "";
  FieldReader config(*host, reader.where() + ": HostConfig", status);
  const json* log = config.MaybeObject("LogConfig");
  if (log == nullptr) return "";
  FieldReader values(*log, config.where() + ": LogConfig", status);
  const std::string driver = values.MaybeString("Type").value_or("");
  return driver == "k8s-file" ? values.MaybeString("Path").value_or("") : "";
}

/// CRI-O writes of each of its containers in which Pod it is (internal/storage/runtime.go), Podman
/// of none. The metadata are a document of their own, within a string.
bool IsOfCriO(const json& row, std::string_view where) {
  const auto metadata = OptionalString(row, "metadata", where);
  if (!metadata || !*metadata) return false;
  const auto document = ParseJsonObject(**metadata, where);
  return document && (document->contains("pod-id") || document->contains("pod-name"));
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
  const auto document =
      ParseJsonObject(WithoutMembers(text, {"HostConfig", "NetworkSettings", "MountPoints",
                                            "Config/Env", "Config/Healthcheck", "State/Health"}),
                      where);
  if (!document) return std::unexpected(document.error());
  Status status;
  FieldReader reader(*document, std::string(where), status);
  EngineState state{.source = std::string(where), .engine = "docker"};
  state.id = reader.MaybeString("ID").value_or("");
  state.name = WithoutSlash(reader.MaybeString("Name").value_or(""));
  state.log_path = reader.MaybeString("LogPath").value_or("");
  if (const json* config = reader.MaybeObject("Config")) {
    FieldReader values(*config, fmt::format("{}: Config", where), status);
    state.image = values.MaybeString("Image").value_or("");
    if (const json* labels = values.MaybeObject("Labels")) state.aliases = AliasesIn(*labels);
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
  state.log_path = PodmanLogPath(reader, status);
  if (const json* found = reader.MaybeObject("State")) {
    FieldReader values(*found, fmt::format("{}: State", where), status);
    ReadState(values, state);
  }
  return WithId(std::move(state), status, where);
}

Result<std::vector<ListedContainer>> ParsePodmanList(std::string_view text,
                                                     std::string_view where) {
  const auto document = ParseJson(text, where);
  if (!document) return std::unexpected(document.error());
  if (!document->is_array()) return Malformed(where, "is no array");
  std::vector<ListedContainer> listed;
  for (const json& row : *document) {
    if (listed.size() == kMostStored) break;
    if (!row.is_object()) continue;
    const auto id = OptionalString(row, "Id", where);
    if (!id || !*id) continue;
    ListedContainer container{.id = **id, .name = {}, .aliases = {}};
    const auto names = OptionalArray(row, "Names", where);
    if (names && *names != nullptr && !(*names)->empty() && (*names)->front().is_string()) {
      container.name = (*names)->front().get<std::string>();
    }
    const auto labels = OptionalObject(row, "Labels", where);
    if (labels && *labels != nullptr) container.aliases = AliasesIn(**labels);
    listed.push_back(std::move(container));
  }
  return listed;
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
    StoredContainer container{.id = **id, .names = {}, .is_cri_o = IsOfCriO(row, where)};
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

}  // namespace headroom
