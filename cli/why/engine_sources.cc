#include "cli/why/engine_sources.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/file.h"
#include "cli/why/run_tool.h"
#include "container/engine/aliases.h"
#include "container/engine/dockerd.h"
#include "evidence/docker_local_log.h"
#include "explain/inferred/engine_files.h"

namespace headroom {
namespace {

constexpr std::size_t kMostContainers = 10000;
constexpr std::size_t kLargestConfig = std::size_t{4} << 20U;
constexpr std::size_t kLargestList = std::size_t{64} << 20U;
constexpr std::chrono::seconds kPatience{10};

/// How well a container fits; the better fit counts alone.
NameFit FitOf(std::string_view id, const std::vector<std::string>& names, std::string_view wanted) {
  NameFit best = FitOfName(id, wanted);
  for (const std::string& name : names) best = std::max(best, FitOfName(name, wanted));
  return best;
}

/// A regular file, read without waiting for whoever might be at the other end of a pipe.
Result<std::string> ReadPlainFile(const std::string& path, std::size_t most) {
  const auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be looked at");
  if (!S_ISREG(info.st_mode)) return Malformed(path, "is no regular file");
  return ReadRegularFile(fd->get(), path, most);
}

struct Found {
  NameFit fit;
  EngineState state;
  bool to_be_asked = false;  ///< podman knows more of it than its store's list has
};

/// Docker tells where its json-file lies, and of the driver local nothing.
void AddLocalLog(const std::string& folder, EngineState& state) {
  if (!state.log_path.empty()) return;
  std::string path = fmt::format("{}/{}/{}", folder, state.id, kDockerLocalLog);
  struct stat info{};
  if (lstat(path.c_str(), &info) == 0) state.log_path = std::move(path);
}

void FindInDockerFolder(const std::string& folder, std::string_view wanted,
                        std::vector<Found>& found) {
  const auto fd = OpenDirectory(AT_FDCWD, folder);
  if (!fd) return;
  const auto ids = ListDirectory(fd->get(), folder);
  if (!ids) return;
  for (std::size_t i = 0; i < std::min(ids->size(), kMostContainers); ++i) {
    const std::string path = fmt::format("{}/{}/config.v2.json", folder, (*ids)[i]);
    const auto text = ReadPlainFile(path, kLargestConfig);
    if (!text) continue;
    auto state = ParseDockerState(*text, path);
    if (!state || state->id != (*ids)[i]) continue;
    std::vector<std::string> names = state->aliases;
    names.push_back(state->name);
    const NameFit fit = FitOf(state->id, names, wanted);
    if (fit == NameFit::kNone) continue;
    AddLocalLog(folder, *state);
    found.push_back({.fit = fit, .state = *std::move(state)});
  }
}

void FindInDocker(const HostView& host, const DockerPlaces& places, std::string_view wanted,
                  std::vector<Found>& found) {
  const std::set<std::string> roots{places.root, DockerDataRoot(host, places)};
  for (const std::string& root : roots) {
    for (const std::string& folder : DockerContainerFolders(root)) {
      FindInDockerFolder(folder, wanted, found);
    }
  }
}

/// What the list in the store says of one.
Found InStorage(const StoredContainer& stored, NameFit fit, const std::string& list) {
  Found found{.fit = fit, .state = {.source = list, .engine = "podman", .id = stored.id}};
  if (stored.is_cri_o) found.state.engine = "cri-o";
  if (!stored.names.empty()) found.state.name = stored.names.front();
  found.to_be_asked = !stored.is_cri_o;
  return found;
}

void FindInStorage(const std::string& storage_dir, std::string_view wanted,
                   std::vector<Found>& found) {
  const std::string list = storage_dir + "/overlay-containers/containers.json";
  const auto text = ReadPlainFile(list, kLargestList);
  if (!text) return;
  const auto stored = ParseStoredContainers(*text, list);
  if (!stored) return;
  for (const StoredContainer& container : *stored) {
    const NameFit fit = FitOf(container.id, container.names, wanted);
    if (fit != NameFit::kNone) found.push_back(InStorage(container, fit, list));
  }
}

/// Podman keeps states in a database of its own, which podman alone reads.
void AskPodman(EngineState& state) {
  const auto answer =
      RunTool({"podman", "inspect", "--type", "container", state.id}, kLargestConfig, kPatience);
  if (!answer) return;
  auto told = ParsePodmanInspect(*answer, "podman inspect");
  if (told && told->id == state.id) state = *std::move(told);
}

}  // namespace

std::vector<EngineState> FindInEngines(const Environment& environment, std::string_view wanted) {
  const OtherSources& others = environment.others;
  std::vector<Found> found;
  if (wanted.empty()) return {};
  if (others.docker) FindInDocker(environment.host, *others.docker, wanted, found);
  if (!others.storage_dir.empty()) FindInStorage(others.storage_dir, wanted, found);
  NameFit best = NameFit::kNone;
  for (const Found& one : found) best = std::max(best, one.fit);
  std::erase_if(found, [best](const Found& one) { return one.fit != best; });
  // Of several, whoever asks has to choose first.
  const bool is_one = found.size() == 1;
  if (is_one && found.front().to_be_asked && others.ask_engines) AskPodman(found.front().state);
  std::vector<EngineState> states;
  states.reserve(found.size());
  for (Found& one : found) states.push_back(std::move(one.state));
  return states;
}

std::vector<ListedContainer> FindServiceInPodman(const Environment& environment,
                                                 std::string_view wanted) {
  const auto& ask = environment.others.list_podman;
  const auto text = ask ? ask() : MakeError(ErrorCode::kNotFound, "podman", "is not asked");
  auto listed = text ? ParsePodmanList(*text, "podman ps") : std::unexpected(text.error());
  if (!listed) return {};
  NameFit best = NameFit::kPrefix;
  std::vector<ListedContainer> found;
  for (ListedContainer& container : *listed) {
    NameFit fit = NameFit::kNone;
    for (const std::string& alias : container.aliases) {
      fit = std::max(fit, FitOfName(alias, wanted));
    }
    if (fit < best) continue;
    if (fit > best) found.clear();
    best = fit;
    found.push_back(std::move(container));
  }
  return found;
}

}  // namespace headroom
