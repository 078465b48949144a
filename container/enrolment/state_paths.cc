#include "container/enrolment/state_paths.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/file.h"
#include "base/text.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxUidMap = 65536;

std::optional<std::string> FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

/// Nothing for a path that is not absolute.
std::optional<std::string> Absolute(const std::optional<std::string>& path) {
  return path && path->starts_with('/') ? path : std::nullopt;
}

bool OwnsRun() {
  struct stat info{};
  return geteuid() == 0 && stat("/run", &info) == 0 && info.st_uid == 0;
}

}  // namespace

std::optional<uid_t> OutsideUid(std::string_view uid_map, uid_t inside) {
  while (const auto line = TakeLine(uid_map)) {
    const auto words = Words(*line);
    if (words.size() != 3) continue;
    const auto first = ParseUint64(words[0]);
    const auto outside = ParseUint64(words[1]);
    const auto count = ParseUint64(words[2]);
    if (!first || !outside || !count || inside < *first || inside - *first >= *count) continue;
    return static_cast<uid_t>(*outside + (inside - *first));
  }
  return std::nullopt;
}

Surroundings ReadSurroundings() {
  Surroundings found{.system = OwnsRun(),
                     .uid = geteuid(),
                     .xdg_runtime_dir = FromEnvironment("XDG_RUNTIME_DIR"),
                     .xdg_state_home = FromEnvironment("XDG_STATE_HOME"),
                     .home = FromEnvironment("HOME")};
  if (found.system) return found;
  if (const auto map = ReadFileAt(AT_FDCWD, "/proc/self/uid_map", kMaxUidMap)) {
    found.uid = OutsideUid(*map, found.uid).value_or(found.uid);
  }
  return found;
}

StatePaths StatePathsFor(const Surroundings& surroundings) {
  const std::string config = "/etc/headroom";
  if (surroundings.system) {
    return {
        .run_dir = "/run/headroom", .store_dir = "/var/lib/headroom/bundles", .config_dir = config};
  }
  const std::string run = Absolute(surroundings.xdg_runtime_dir)
                              .value_or(fmt::format("/run/user/{}", surroundings.uid)) +
                          "/headroom";
  std::string store = run + "/bundles";  // without a home, at least until the user logs out
  if (const auto home = Absolute(surroundings.home)) {
    store = *home + "/.local/state/headroom/bundles";
  }
  if (const auto state = Absolute(surroundings.xdg_state_home)) {
    store = *state + "/headroom/bundles";
  }
  return {.run_dir = run, .store_dir = store, .config_dir = config};
}

StatePaths DefaultStatePaths() { return StatePathsFor(ReadSurroundings()); }

}  // namespace headroom
