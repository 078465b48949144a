#include "container/facts/unit_facts.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <array>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxUnitFile = 65536;

bool IsUnitName(std::string_view name) {
  constexpr std::array<std::string_view, 3> kEndings = {".scope", ".service", ".slice"};
  for (const std::string_view ending : kEndings) {
    if (name.size() > ending.size() && name.ends_with(ending)) return true;
  }
  return false;
}

/// Units below user@UID.service are those of that user's manager.
std::string ManagerDirectory(std::string_view cgroup_path, const UnitDirectories& directories) {
  constexpr std::string_view kUser = "/user@";
  constexpr std::string_view kEnd = ".service/";
  const std::size_t begin = cgroup_path.find(kUser);
  const std::size_t end = begin == std::string_view::npos ? begin : cgroup_path.find(kEnd, begin);
  if (end == std::string_view::npos) return directories.system;
  const auto uid =
      ParseUint64(cgroup_path.substr(begin + kUser.size(), end - begin - kUser.size()));
  return uid ? fmt::format("{}/{}/systemd", directories.users, *uid) : directories.system;
}

Result<std::string> ReadUnitFile(const std::string& path) {
  return ReadValueAt(AT_FDCWD, path, kMaxUnitFile);
}

std::optional<bool> DropInSetsSwapMax(const std::string& folder, std::string_view unit) {
  const auto text = ReadUnitFile(fmt::format("{}/{}.d/50-MemorySwapMax.conf", folder, unit));
  return text ? SetsSwapMax(*text) : std::nullopt;
}

std::optional<bool> UnitSetsSwapMax(const std::string& manager, std::string_view unit) {
  const std::string transient = manager + "/transient";
  const auto made_with = ReadUnitFile(fmt::format("{}/{}", transient, unit));
  // Its own file, if it is not transient, may lie in many places; the drop-in is all that we know.
  if (!made_with) return DropInSetsSwapMax(manager + "/system.control", unit);
  if (const auto told_later = DropInSetsSwapMax(transient, unit)) return told_later;
  return SetsSwapMax(*made_with).value_or(false);
}

}  // namespace

std::optional<bool> SetsSwapMax(std::string_view unit_file) {
  constexpr std::string_view kKey = "MemorySwapMax=";
  std::optional<bool> sets;
  while (const auto line = TakeLine(unit_file)) {
    if (!line->starts_with(kKey)) continue;
    const std::string_view value = Trimmed(line->substr(kKey.size()));
    sets = !value.empty() && value != "infinity";
  }
  return sets;
}

std::optional<UnitFacts> FindUnit(std::string_view cgroup_path,
                                  const UnitDirectories& directories) {
  const std::string_view name = cgroup_path.substr(cgroup_path.rfind('/') + 1);
  if (!IsUnitName(name)) return std::nullopt;
  return UnitFacts{
      .name = std::string(name),
      .sets_swap_max = UnitSetsSwapMax(ManagerDirectory(cgroup_path, directories), name)};
}

}  // namespace headroom
