#include "evidence/redact/pseudonyms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "evidence/redact/public_names.h"

namespace headroom {
namespace {

constexpr std::array<std::string_view, 13> kPlainComponents = {"system.slice",
                                                               "user.slice",
                                                               "machine.slice",
                                                               "init.scope",
                                                               "headroom.slice",
                                                               "kubepods",
                                                               "kubepods.slice",
                                                               "kubepods-burstable.slice",
                                                               "kubepods-besteffort.slice",
                                                               "burstable",
                                                               "besteffort",
                                                               "docker",
                                                               "libpod_parent"};
/// The longer one of two that begin alike stands first.
constexpr std::array<std::string_view, 11> kPrefixes = {"kubepods-burstable-pod",
                                                        "kubepods-besteffort-pod",
                                                        "kubepods-pod",
                                                        "cri-containerd-",
                                                        "libpod-conmon-",
                                                        "lxc.payload.",
                                                        "docker-",
                                                        "libpod-",
                                                        "crio-",
                                                        "user-",
                                                        "pod"};
constexpr std::array<std::string_view, 3> kSuffixes = {".scope", ".slice", ".service"};

constexpr std::string_view kDeleted = " (deleted)";

template <typename Texts>
std::string_view FirstThat(const Texts& texts, auto fits) {
  const auto found = std::ranges::find_if(texts, fits);
  return found == texts.end() ? std::string_view() : *found;
}

/// What is told of where a file lies.
std::string_view PlaceOf(std::string_view name) {
  constexpr std::array<std::string_view, 3> kPlaces = {"/dev/shm/", "/memfd:", "/SYSV"};
  const std::string_view place =
      FirstThat(kPlaces, [&](std::string_view prefix) { return name.starts_with(prefix); });
  return place.empty() ? "/redacted/" : place;
}

std::string_view LastComponent(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// A program that runs from memory has no place but that (memfd_create(2)).
std::string_view ProgramPlaceOf(std::string_view exe) {
  return exe.starts_with("/memfd:") ? "/memfd:" : "/redacted/";
}

}  // namespace

void Pseudonyms::HideBelow(const std::string& mount_point) {
  std::string folder = mount_point + "/";
  if (IsSystemFile(folder)) hidden_folders_.push_back(std::move(folder));
}

bool Pseudonyms::IsSystems(std::string_view path) const {
  return IsSystemFile(path) &&
         std::ranges::none_of(hidden_folders_,
                              [&](const std::string& folder) { return path.starts_with(folder); });
}

/// What is told of one whose name is nobody's own; nullopt: it is none such.
std::optional<std::string> Pseudonyms::PublicProgram(std::string_view exe) const {
  const std::string_view name = LastComponent(exe);
  const bool is_public = IsPublicProgram(name) || IsPython(name);
  if (is_public && IsSystems(exe)) return std::string(exe);
  if (is_public) return fmt::format("{}{}", ProgramPlaceOf(exe), name);
  // "python3.11 (deleted)" is one still: the script that it runs is known by its own name.
  if (name.starts_with("python")) return fmt::format("{}python", ProgramPlaceOf(exe));
  return std::nullopt;
}

std::size_t Pseudonyms::NumberOf(Numbers& numbers, std::string_view name) {
  const auto found = numbers.find(name);
  if (found != numbers.end()) return found->second;
  const std::size_t next = numbers.size() + 1;
  numbers.emplace(name, next);
  return next;
}

std::string Pseudonyms::Process(std::string_view comm) {
  if (comm.empty() || IsPublicProgram(comm)) return std::string(comm);
  return fmt::format("process-{}", NumberOf(processes_, comm));
}

std::string Pseudonyms::Program(std::string_view exe) {
  if (exe.empty()) return "";
  if (auto known = PublicProgram(exe)) return *std::move(known);
  return fmt::format("{}{}", ProgramPlaceOf(exe), Process(LastComponent(exe)));
}

std::string Pseudonyms::ProgramFile(std::string_view exe) {
  if (auto known = PublicProgram(exe)) return *std::move(known);
  return File(exe);
}

std::string Pseudonyms::Component(std::string_view name) {
  if (name.empty() || std::ranges::find(kPlainComponents, name) != kPlainComponents.end()) {
    return std::string(name);
  }
  const std::string_view prefix =
      FirstThat(kPrefixes, [&](std::string_view text) { return name.starts_with(text); });
  const std::string_view suffix =
      FirstThat(kSuffixes, [&](std::string_view text) { return name.ends_with(text); });
  const bool is_unit = suffix == ".service" || suffix == ".scope";
  if (is_unit && IsPublicProgram(name.substr(0, name.size() - suffix.size()))) {
    return std::string(name);
  }
  return fmt::format("{}{}{}", prefix.empty() ? "cgroup-" : prefix, NumberOf(components_, name),
                     suffix);
}

std::string Pseudonyms::Cgroup(std::string_view path) {
  std::string redacted;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t slash = path.find('/', begin);
    redacted += Component(path.substr(begin, slash - begin));
    if (slash == std::string_view::npos) return redacted;
    redacted += '/';
    begin = slash + 1;
  }
}

/// "[anon:ann]" as "[anon:name-2]": two that are not the same stay two.
std::string Pseudonyms::Bracketed(std::string_view name) {
  for (const std::string_view begin : {"[anon:", "[anon_shmem:"}) {
    if (name.starts_with(begin)) return fmt::format("{}name-{}]", begin, NumberOf(files_, name));
  }
  return std::string(name);
}

std::string Pseudonyms::File(std::string_view name) {
  if (name.empty() || IsSystems(name)) return std::string(name);
  if (name.front() == '[') return Bracketed(name);
  return Numbered(name);
}

std::string Pseudonyms::Numbered(std::string_view name) {
  const std::string_view deleted = name.ends_with(kDeleted) ? kDeleted : "";
  const std::string_view alone = name.substr(0, name.size() - deleted.size());
  if (name.front() != '/') return fmt::format("redacted-{}", NumberOf(files_, alone));
  return fmt::format("{}file-{}{}", PlaceOf(name), NumberOf(files_, alone), deleted);
}

std::string Pseudonyms::MountPoint(std::string_view path) {
  if (path.empty() || IsPublicMountPoint(path)) return std::string(path);
  return fmt::format("/redacted/mount-{}", NumberOf(mounts_, path));
}

std::string Pseudonyms::FileOn(std::string_view mount_point, std::string_view path) {
  if (path.empty()) return "";
  std::string file = Numbered(path);
  const bool below = path.size() > mount_point.size() && path.starts_with(mount_point) &&
                     path[mount_point.size()] == '/';
  if (!below) return file;
  return MountPoint(mount_point) + file.substr(file.rfind('/'));
}

std::string Pseudonyms::Container(std::string_view key) {
  return fmt::format("container-{}", NumberOf(containers_, key));
}

}  // namespace headroom
