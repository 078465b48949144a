#include "evidence/redact/pseudonyms.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

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

constexpr std::array<std::string_view, 8> kSystemFolders = {
    "/usr/lib", "/usr/bin/", "/usr/sbin/", "/usr/libexec/", "/lib", "/bin/", "/sbin/", "/dev/zero"};
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

}  // namespace

std::size_t Pseudonyms::NumberOf(Numbers& numbers, std::string_view name) {
  const auto found = numbers.find(name);
  if (found != numbers.end()) return found->second;
  const std::size_t next = numbers.size() + 1;
  numbers.emplace(name, next);
  return next;
}

std::string Pseudonyms::Process(std::string_view comm) {
  return comm.empty() ? "" : fmt::format("process-{}", NumberOf(processes_, comm));
}

std::string Pseudonyms::Component(std::string_view name) {
  if (name.empty() || std::ranges::find(kPlainComponents, name) != kPlainComponents.end()) {
    return std::string(name);
  }
  const std::string_view prefix =
      FirstThat(kPrefixes, [&](std::string_view text) { return name.starts_with(text); });
  const std::string_view suffix =
      FirstThat(kSuffixes, [&](std::string_view text) { return name.ends_with(text); });
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

std::string Pseudonyms::File(std::string_view name) {
  if (name.starts_with("[anon:")) return "[anon:redacted]";
  if (name.starts_with("[anon_shmem:")) return "[anon_shmem:redacted]";
  const bool is_systems = std::ranges::any_of(
      kSystemFolders, [&](std::string_view folder) { return name.starts_with(folder); });
  if (name.empty() || name.front() != '/' || is_systems) {
    return name.empty() || name.front() == '[' || is_systems ? std::string(name) : "redacted";
  }
  const bool deleted = name.ends_with(kDeleted);
  const std::string_view alone = name.substr(0, name.size() - (deleted ? kDeleted.size() : 0));
  return fmt::format("{}file-{}{}", PlaceOf(name), NumberOf(files_, alone),
                     deleted ? kDeleted : "");
}

std::string Pseudonyms::Container(std::string_view key) {
  return fmt::format("container-{}", NumberOf(containers_, key));
}

}  // namespace headroom
