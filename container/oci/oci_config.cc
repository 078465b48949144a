#include "container/oci/oci_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"
#include "container/field_reader.h"
#include "container/oci/config_text.h"
#include "container/oci/json_skip.h"
#include "container/oci/oci_config_parts.h"

namespace headroom {
namespace {

using nlohmann::json;

OciMount ReadMount(const json& object, const std::string& where, Status& status) {
  FieldReader mount(object, where, status);
  return OciMount{.destination = mount.String("destination"),
                  .type = mount.MaybeString("type").value_or(""),
                  .source = mount.MaybeString("source").value_or(""),
                  .options = ReadStrings(mount, "options")};
}

void ReadMounts(OciConfig& config, FieldReader& reader, Status& status) {
  const json* array = reader.MaybeArray("mounts");
  if (array == nullptr) return;
  for (const json& row : *array) {
    if (!row.is_object()) return reader.Refuse("mounts", "has a row that is not an object");
    OciMount mount = ReadMount(row, reader.where() + ": mounts", status);
    if (PlainPath(mount.destination) == "/dev/shm") config.shm = mount;  // the last one lies on top
    config.mounts.push_back(std::move(mount));
  }
}

/// A seccomp profile is most of a real config.json, and its parsing would be a third of the hook's
/// time. Where the rest does not parse, the whole text does the complaining, for the right place.
Result<json> ParseWhatIsRead(std::string_view text, std::string_view where) {
  auto document = ParseJsonObject(
      WithoutMembers(text, {"process/capabilities", "hooks", "linux/seccomp", "linux/maskedPaths",
                            "linux/readonlyPaths", "linux/devices", "linux/namespaces"}),
      where);
  return document ? std::move(document) : ParseJsonObject(text, where);
}

}  // namespace

Result<OciConfig> ParseOciConfig(std::string_view text, std::string_view where) {
  const auto document = ParseWhatIsRead(text, where);
  if (!document) return std::unexpected(document.error());
  Status status;
  FieldReader reader(*document, std::string(where), status);
  OciConfig config;
  config.hostname = reader.MaybeString("hostname").value_or("");
  if (const json* root = reader.MaybeObject("root")) {
    FieldReader values(*root, fmt::format("{}: root", where), status);
    config.root_path = values.MaybeString("path").value_or("");
  }
  if (const json* object = reader.MaybeObject("linux")) {
    FieldReader linux_part(*object, fmt::format("{}: linux", where), status);
    config.cgroups_path = linux_part.MaybeString("cgroupsPath").value_or("");
    ReadResources(linux_part, config, status);
  }
  ReadProcess(reader, config.process, status);
  ReadMounts(config, reader, status);
  config.annotations = ReadAnnotations(reader, status);
  if (!status) return std::unexpected(status.error());
  return config;
}

Result<OciConfig> ReadOciConfig(const std::string& bundle) {
  const std::string path = bundle + "/config.json";
  const auto text = ReadConfigText(path);
  if (!text) return std::unexpected(text.error());
  return ParseOciConfig(*text, path);
}

bool HasOption(const std::vector<std::string>& options, std::string_view word) {
  return std::find(options.begin(), options.end(), word) != options.end();
}

bool IsBind(const OciMount& mount) {
  return mount.type == "bind" || HasOption(mount.options, "bind") ||
         HasOption(mount.options, "rbind");
}

std::string PlainPath(std::string_view path) {
  std::string plain;
  for (const std::string_view piece : Split(path, '/')) {
    if (piece.empty() || piece == ".") continue;
    plain += '/';
    plain += piece;
  }
  return plain;
}

}  // namespace headroom
