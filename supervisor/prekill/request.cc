#include "supervisor/prekill/request.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

using nlohmann::json;

std::string NameOf(FieldReader& reader, std::string_view key) {
  std::string name = reader.String(key);
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos ||
      name.find('\0') != std::string::npos) {
    reader.Refuse(key, "is no name of a directory");
  }
  return name;
}

PreKillRequest RequestFromJson(const json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  PreKillRequest request;
  request.container_key = NameOf(reader, "container");
  request.generation_key = NameOf(reader, "generation");
  request.process.pid = PidOf(reader, "pid");
  request.process.start_ticks = reader.Uint64("start_ticks");
  request.began = TimeOf(reader, "began_boot_ns").value_or(BootTime(0));
  if (request.process.pid == 0) reader.Refuse("pid", "is no number of a process");
  return request;
}

}  // namespace

std::string SerializePreKillRequest(const PreKillRequest& request) {
  return DumpJsonLine(json{{"container", request.container_key},
                           {"generation", request.generation_key},
                           {"pid", request.process.pid},
                           {"start_ticks", request.process.start_ticks},
                           {"began_boot_ns", request.began.count()}}) +
         "\n";
}

Result<PreKillRequest> ParsePreKillRequest(std::string_view text) {
  return ParseRecord<PreKillRequest>(text, "request", RequestFromJson);
}

}  // namespace headroom
