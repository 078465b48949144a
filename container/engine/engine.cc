#include "container/engine/engine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "container/field_reader.h"
#include "container/oci/json_skip.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxCmdline = 65536;
constexpr std::size_t kMaxDockerConfig = 1U << 20U;
constexpr std::size_t kMaxContainerEnv = 65536;

std::string_view Annotation(const OciState& state, std::string_view key) {
  const auto found = state.annotations.find(key);
  return found == state.annotations.end() ? std::string_view{} : found->second;
}

bool HasAnnotationBelow(const OciState& state, std::string_view prefix) {
  const auto found = state.annotations.lower_bound(prefix);
  return found != state.annotations.end() && found->first.starts_with(prefix);
}

std::string_view LastComponent(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool HasComponent(std::string_view path, std::string_view name) {
  const auto components = Split(path, '/');
  return std::ranges::find(components, name) != components.end();
}

/// Whether that is the cgroup which an engine names after a container, below whatever parent its
/// owner asked for: with systemd "<prefix>-<id>.scope", as cgroupsPath "<parent>:<prefix>:<id>".
bool IsNamedFor(std::string_view id, std::string_view prefix, std::string_view cgroup) {
  if (id.empty()) return false;
  return HasComponent(cgroup, fmt::format("{}-{}.scope", prefix, id)) ||
         HasComponent(cgroup, fmt::format("{}-{}", prefix, id)) ||
         cgroup.ends_with(fmt::format(":{}:{}", prefix, id));
}

bool IsPodmansCgroup(const OciState& state, std::string_view cgroup) {
  return IsNamedFor(state.id, "libpod", cgroup) || IsNamedFor(state.id, "libpod-payload", cgroup);
}

/// Where containers/storage has a folder for a container, which both Podman and CRI-O make its
/// bundle: "<root>/<driver>-containers/<id>/userdata".
bool IsInContainersStorage(std::string_view id, std::string_view bundle) {
  return bundle.ends_with(fmt::format("-containers/{}/userdata", id));
}

bool IsDocker(const OciState& state, std::string_view bundle, std::string_view cgroup) {
  return bundle.find("/moby/") != std::string_view::npos ||
         cgroup.find(fmt::format("docker-{}.scope", state.id)) != std::string_view::npos ||
         cgroup.ends_with(fmt::format("/docker/{}", state.id));
}

/// By where the engine keeps the container, which its owner does not choose. Empty: not told.
std::string_view EngineByPaths(const OciState& state, std::string_view cgroup) {
  const std::string_view bundle = state.bundle ? *state.bundle : std::string_view{};
  if (IsDocker(state, bundle, cgroup)) return "docker";
  if (bundle.find("/io.containerd.runtime.v") != std::string_view::npos) return "containerd";
  if (IsPodmansCgroup(state, cgroup)) return "podman";
  if (IsNamedFor(state.id, "crio", cgroup)) return "cri-o";
  if (IsInContainersStorage(state.id, bundle)) {
    return Annotation(state, "io.container.manager") == "cri-o" ? "cri-o" : "podman";
  }
  if (cgroup.find("/lxc.payload.") != std::string_view::npos) return "lxc";
  return {};
}

/// CRI-O and Podman say which of them it was, the latter unless its owner has said so before it.
std::string_view EngineByAnnotations(const OciState& state) {
  const std::string_view manager = Annotation(state, "io.container.manager");
  if (manager == "cri-o") return "cri-o";
  if (manager == "libpod" || HasAnnotationBelow(state, "io.podman.")) return "podman";
  if (HasAnnotationBelow(state, "io.kubernetes.cri-o.")) return "cri-o";
  if (HasAnnotationBelow(state, "io.kubernetes.cri.") || HasAnnotationBelow(state, "nerdctl/")) {
    return "containerd";
  }
  return {};
}

std::string_view EngineName(const OciState& state, std::string_view cgroup, std::string_view comm) {
  if (const auto engine = EngineByPaths(state, cgroup); !engine.empty()) return engine;
  if (const auto engine = EngineByAnnotations(state); !engine.empty()) return engine;
  return state.root || comm.starts_with("crun") ? "crun" : "runc";
}

/// "namespace/pod/container", the way people address a pod's container.
std::string PodName(std::string_view name_space, std::string_view pod, std::string_view container) {
  std::string name;
  for (const std::string_view part : {name_space, pod, container}) {
    if (part.empty()) continue;
    if (!name.empty()) name += '/';
    name += part;
  }
  return name;
}

void FillFromAnnotations(const OciState& state, EngineIdentity& identity) {
  if (identity.engine == "containerd") {
    identity.name = PodName(Annotation(state, "io.kubernetes.cri.sandbox-namespace"),
                            Annotation(state, "io.kubernetes.cri.sandbox-name"),
                            Annotation(state, "io.kubernetes.cri.container-name"));
    identity.image = Annotation(state, "io.kubernetes.cri.image-name");
    identity.kubernetes = HasAnnotationBelow(state, "io.kubernetes.cri.");
    if (identity.name.empty()) identity.name = Annotation(state, "nerdctl/name");
  } else if (identity.engine == "cri-o") {
    identity.name = Annotation(state, "io.kubernetes.cri-o.Name");
    identity.image = Annotation(state, "io.kubernetes.cri-o.ImageName");
    identity.kubernetes = true;
  }
}

const OciMount* MountOn(const OciConfig& config, std::string_view destination) {
  for (const OciMount& mount : config.mounts) {
    if (mount.destination == destination) return &mount;
  }
  return nullptr;
}

/// A folder that nobody but root and ourselves can have put anything into.
Result<UniqueFd> OpenTrustedFolder(const std::string& path) {
  auto fd = OpenDirectory(AT_FDCWD, path);
  if (!fd) return fd;
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  const bool ours = info.st_uid == 0 || info.st_uid == geteuid();
  if (!ours || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return MakeError(ErrorCode::kDenied, path, "may be written by others");
  }
  return fd;
}

/// A regular file of an engine's, and no pipe or device that somebody has put in its place.
Result<std::string> ReadPlainFile(int folder, const std::string& name, std::size_t max_bytes) {
  const auto fd = OpenAt(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!fd) return std::unexpected(fd.error());
  struct stat info{};
  if (fstat(fd->get(), &info) != 0) return SystemError(name, "cannot be examined");
  if (!S_ISREG(info.st_mode)) return MakeError(ErrorCode::kDenied, name, "is no regular file");
  return ReadRegularFile(fd->get(), name, max_bytes);
}

/// Podman makes it in the folder that containers/storage has for the container, and gives file and
/// `userdata` to whom the container's root is outside; the folder above those stays its own.
Result<std::string> ReadContainerEnv(std::string_view id, std::string_view source) {
  constexpr std::string_view kName = "/.containerenv";
  constexpr std::string_view kUserData = "/userdata";
  const std::string_view folder =
      source.substr(0, source.size() - std::min(source.size(), kName.size()));
  if (!source.ends_with(kName) || !IsInContainersStorage(id, folder)) {
    return MakeError(ErrorCode::kDenied, source, "is not what Podman binds there");
  }
  const std::string of_container(folder.substr(0, folder.size() - kUserData.size()));
  const auto trusted = OpenTrustedFolder(of_container);
  if (!trusted) return std::unexpected(trusted.error());
  const auto data = OpenDirectory(trusted->get(), std::string(kUserData.substr(1)));
  if (!data) return std::unexpected(data.error());
  return ReadPlainFile(data->get(), std::string(kName.substr(1)), kMaxContainerEnv);
}

void LookUpPodman(const HostView& host, const OciState& state, const OciConfig* config,
                  pid_t conmon, EngineIdentity& identity) {
  if (const auto cmdline = ReadProcessFile(host, conmon, "cmdline", kMaxCmdline)) {
    identity.name = ArgumentBehind(*cmdline, "-n").value_or("");
  }
  const OciMount* mount = config == nullptr ? nullptr : MountOn(*config, "/run/.containerenv");
  if (mount == nullptr) return;
  const auto text = ReadContainerEnv(state.id, mount->source);
  if (!text) return;
  constexpr std::string_view kImage = "image=\"";
  std::string_view rest = *text;
  while (const auto line = TakeLine(rest)) {
    if (!line->starts_with(kImage) || !line->ends_with('"')) continue;
    identity.image = line->substr(kImage.size(), line->size() - kImage.size() - 1);
  }
}

void LookUpDocker(const OciState& state, const OciConfig* config, EngineIdentity& identity,
                  Annotations& labels) {
  const OciMount* mount = config == nullptr ? nullptr : MountOn(*config, "/etc/hostname");
  if (mount == nullptr) return;
  const std::string folder = mount->source.substr(0, mount->source.rfind('/'));
  // Only the folder that docker itself makes for this container.
  if (LastComponent(folder) != state.id || !mount->source.ends_with("/hostname")) return;
  const std::string path = folder + "/config.v2.json";
  const auto text = ReadPlainFile(AT_FDCWD, path, kMaxDockerConfig);
  if (!text) return;
  auto names = ParseDockerNames(*text, path);
  if (!names) return;
  identity.name = std::move(names->name);
  identity.image = std::move(names->image);
  labels = std::move(names->labels);
}

void LookUpCriO(const OciState& state, Annotations& labels) {
  constexpr std::string_view kKey = "io.kubernetes.cri-o.Labels";
  const std::string_view text = Annotation(state, kKey);
  if (!text.empty()) labels = ParseLabels(text, kKey).value_or(Annotations{});
}

Annotations TextMembers(const nlohmann::json& object) {
  Annotations members;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) members.emplace(key, value.get<std::string>());
  }
  return members;
}

}  // namespace

EngineIdentity IdentifyEngine(const OciState& state, const OciConfig* config,
                              std::string_view cgroup_path, std::string_view runtime_comm) {
  EngineIdentity identity;
  std::string_view cgroup = cgroup_path;
  if (cgroup.empty() && config != nullptr) cgroup = config->cgroups_path;
  identity.engine = EngineName(state, cgroup, runtime_comm);
  FillFromAnnotations(state, identity);
  return identity;
}

void LookUpNames(const HostView& host, const OciState& state, const OciConfig* config,
                 pid_t engine_pid, EngineIdentity& identity, Annotations& labels) {
  if (identity.engine == "podman") LookUpPodman(host, state, config, engine_pid, identity);
  if (identity.engine == "docker") LookUpDocker(state, config, identity, labels);
  if (identity.engine == "cri-o") LookUpCriO(state, labels);
}

std::optional<std::string> ArgumentBehind(std::string_view cmdline, std::string_view flag) {
  const auto arguments = Split(cmdline, '\0');
  for (std::size_t i = 1; i + 1 < arguments.size(); ++i) {
    if (arguments[i] == flag) return std::string(arguments[i + 1]);
  }
  return std::nullopt;
}

Result<DockerNames> ParseDockerNames(std::string_view text, std::string_view where) {
  // What is skipped is most of the file, and nobody here reads it.
  const auto document =
      ParseJsonObject(WithoutMembers(text, {"HostConfig", "NetworkSettings", "MountPoints", "State",
                                            "Config/Env", "Config/Healthcheck"}),
                      where);
  if (!document) return std::unexpected(document.error());
  Status status;
  FieldReader reader(*document, std::string(where), status);
  DockerNames names;
  names.name = reader.MaybeString("Name").value_or("");
  if (names.name.starts_with('/')) names.name.erase(0, 1);
  if (const nlohmann::json* config = reader.MaybeObject("Config")) {
    FieldReader values(*config, fmt::format("{}: Config", where), status);
    names.image = values.MaybeString("Image").value_or("");
    if (const nlohmann::json* labels = values.MaybeObject("Labels")) {
      names.labels = TextMembers(*labels);
    }
  }
  if (!status) return std::unexpected(status.error());
  return names;
}

Result<Annotations> ParseLabels(std::string_view text, std::string_view where) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  return TextMembers(*document);
}

}  // namespace headroom
