#include "cli/ended_record.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "container/engine/aliases.h"
#include "container/field_reader.h"
#include "evidence/json_fields.h"

namespace headroom {
namespace {

constexpr std::string_view kSchema = "headroom.ended/1";
constexpr std::size_t kMaxFile = 65536;

EndedRecord ReadRecord(const nlohmann::json& object, const std::string& where, Status& status) {
  FieldReader reader(object, where, status);
  reader.ExpectSchema(kSchema);
  EndedRecord record;
  record.path = where;
  record.id = reader.AnyBytes("id");
  record.name = reader.AnyBytes("name");
  record.engine = reader.AnyBytes("engine");
  record.aliases = ReadAliases(reader);
  record.generation = reader.AnyBytes("generation");
  record.oom_kill_delta = reader.MaybeUint64("oom_kill_delta");
  record.ended_wall = WallOf(reader, "ended_wall");
  if (const auto boot = reader.MaybeUint64("ended_boot_ns")) {
    record.ended_boot = BootTime(static_cast<BootTime::rep>(*boot));
  }
  if (const auto exit = object.find("exit"); exit != object.end() && status) {
    record.exit = InitExitFromJson(*exit, where + ": exit", status);
  }
  return record;
}

}  // namespace

Result<EndedRecord> ParseEndedRecord(std::string_view text, std::string_view where) {
  return ParseRecord<EndedRecord>(text, where, ReadRecord);
}

std::vector<EndedRecord> ReadEndedRecords(const std::string& run_dir) {
  std::vector<EndedRecord> records;
  const std::string dir = run_dir + "/ended";
  const auto dir_fd = OpenDirectory(AT_FDCWD, dir);
  if (!dir_fd) return records;
  const auto names = ListDirectory(dir_fd->get(), dir);
  if (!names) return records;
  for (const std::string& name : *names) {
    if (!name.ends_with(".json") || name.starts_with('.')) continue;
    const auto fd = OpenAt(dir_fd->get(), name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (!fd) continue;
    const auto text = ReadToEnd(fd->get(), name, kMaxFile);
    if (!text) continue;
    auto record = ParseEndedRecord(*text, fmt::format("{}/{}", dir, name));
    if (record) records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace headroom
