#include <algorithm>
#include <climits>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "container/field_reader.h"
#include "container/oci/json_skip.h"
#include "container/oci/oci_config_parts.h"
#include "container/running/discover.h"

namespace headroom {
namespace {

/// A process and its start; what else there is in the file is not ours.
ProcessId ReadInit(FieldReader& reader, std::string_view pid_key, std::string_view start_key) {
  const std::uint64_t pid = reader.Uint64(pid_key);
  if (pid == 0 || pid > INT_MAX) reader.Refuse(pid_key, "is not the number of a process");
  return {.pid = static_cast<pid_t>(pid), .start_ticks = reader.MaybeUint64(start_key).value_or(0)};
}

std::string BundleLabel(FieldReader& state, Status& status) {
  constexpr std::string_view kLabel = "bundle=";
  const nlohmann::json* object = state.MaybeObject("config");
  if (object == nullptr) return {};
  FieldReader config(*object, state.where() + ": config", status);
  for (const std::string& label : ReadStrings(config, "labels")) {
    if (label.starts_with(kLabel)) return label.substr(kLabel.size());
  }
  return {};
}

/// A cgroup as we name it; empty for what no runtime writes.
std::string PlainCgroup(std::string path) {
  const auto pieces = Split(path, '/');
  const bool plain = path.starts_with('/') && path.size() > 1 && !path.ends_with('/') &&
                     std::ranges::find(pieces, "..") == pieces.end();
  return plain ? std::move(path) : std::string();
}

std::string CgroupBelow(std::string_view mount, std::string_view path) {
  return path.starts_with(mount) ? PlainCgroup(std::string(path.substr(mount.size())))
                                 : std::string();
}

/// On cgroup v2 the one member has no controller's name (libcontainer's unified manager, which
/// knows one place of the mount only). On v1 there is one for each controller.
std::string RuncCgroup(FieldReader& state, Status& status) {
  const nlohmann::json* paths = state.MaybeObject("cgroup_paths");
  if (paths == nullptr) return {};
  FieldReader reader(*paths, state.where() + ": cgroup_paths", status);
  if (const auto unified = reader.MaybeString("")) return CgroupBelow("/sys/fs/cgroup", *unified);
  return CgroupBelow("/sys/fs/cgroup/memory", reader.MaybeString("memory").value_or(""));
}

RunningContainer ReadRuncState(const nlohmann::json& object, const std::string& where,
                               Status& status) {
  FieldReader reader(object, where, status);
  RunningContainer container{.id = reader.String("id"),
                             .init = ReadInit(reader, "init_process_pid", "init_process_start"),
                             .bundle_dir = BundleLabel(reader, status),
                             .runtime = "runc",
                             .cgroup = RuncCgroup(reader, status)};
  if (container.id.empty()) reader.Refuse("id", "is empty, expected the container's id");
  return container;
}

}  // namespace

Result<RunningContainer> ParseRuncState(std::string_view text, std::string_view where) {
  return ParseRecord<RunningContainer>(
      WithoutMembers(text, {"config/mounts", "config/seccomp", "config/devices", "config/cgroups",
                            "config/capabilities", "config/Hooks", "config/mask_paths",
                            "config/readonly_paths"}),
      where, ReadRuncState);
}

Result<RunningContainer> ParseCrunStatus(std::string_view text, std::string_view id,
                                         std::string_view where) {
  return ParseRecord<RunningContainer>(
      text, where, [id](const nlohmann::json& object, const std::string& place, Status& status) {
        FieldReader reader(object, place, status);
        return RunningContainer{
            .id = std::string(id),
            .init = ReadInit(reader, "pid", "process-start-time"),
            .bundle_dir = reader.MaybeString("bundle").value_or(""),
            .runtime = "crun",
            .cgroup = PlainCgroup(reader.MaybeString("cgroup-path").value_or(""))};
      });
}

}  // namespace headroom
