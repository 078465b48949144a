#include "policy/layers/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "container/field_reader.h"

namespace headroom {
namespace {

using nlohmann::json;

constexpr const char* kLastGood = "/policy.last-good.json";
constexpr const char* kSchema = "headroom.last-good-policy/1";
/// Of all files together; more is not kept.
constexpr std::size_t kMaxCopyBytes = 16U << 20U;

bool IsAbsent(const Error& error) { return error.code == ErrorCode::kNotFound; }

/// Not blocking, so that a FIFO of that name cannot stop the hook.
Result<UniqueFd> OpenRegular(const std::string& path, int extra_flags, struct stat& info) {
  auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | extra_flags);
  if (!fd) return fd;
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  if (!S_ISREG(info.st_mode)) return Malformed(path, "is not a regular file");
  return fd;
}

std::optional<std::string> ReadOwnCopy(const std::string& path) {
  struct stat info{};
  const auto fd = OpenRegular(path, O_NOFOLLOW, info);
  if (!fd || info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return std::nullopt;
  }
  auto text = ReadToEnd(fd->get(), path, kMaxCopyBytes);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

}  // namespace

Result<std::vector<std::string>> PolicyPaths(const std::string& config_dir) {
  std::vector<std::string> paths = {config_dir + "/policy.json"};
  const std::string folder = config_dir + "/policy.d";
  const auto fd = OpenAt(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (!fd && IsAbsent(fd.error())) return paths;
  if (!fd) return std::unexpected(fd.error());
  const auto names = ListDirectory(fd->get(), folder);
  if (!names) return std::unexpected(names.error());
  for (const std::string& name : *names) {
    if (name.starts_with('.') || !name.ends_with(".json")) continue;
    paths.push_back(fmt::format("{}/{}", folder, name));
  }
  return paths;
}

Result<std::optional<PolicySource>> ReadPolicySource(const std::string& path) {
  struct stat info{};
  const auto fd = OpenRegular(path, 0, info);
  if (!fd && IsAbsent(fd.error())) return std::nullopt;
  if (!fd) return std::unexpected(fd.error());
  auto text = ReadToEnd(fd->get(), path, kMaxPolicyBytes);
  if (!text) return std::unexpected(text.error());
  const bool own = info.st_uid == 0 || info.st_uid == geteuid();
  return PolicySource{.path = path,
                      .text = std::move(*text),
                      .trusted = own && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0};
}

Result<std::vector<PolicySource>> ReadPolicySources(const std::string& config_dir) {
  const auto paths = PolicyPaths(config_dir);
  if (!paths) return std::unexpected(paths.error());
  std::vector<PolicySource> sources;
  for (const std::string& path : *paths) {
    auto source = ReadPolicySource(path);
    if (!source) return std::unexpected(source.error());
    if (*source) sources.push_back(std::move(**source));
  }
  return sources;
}

std::string SerializeSources(const std::vector<PolicySource>& sources) {
  json files = json::array();
  for (const PolicySource& source : sources) {
    json file = json::object();
    PutBytes(file, "path", source.path);
    file["text"] = source.text;
    file["trusted"] = source.trusted;
    files.push_back(std::move(file));
  }
  return DumpJson(json{{"schema", kSchema}, {"files", std::move(files)}});
}

Result<std::vector<PolicySource>> ParseSources(std::string_view text, std::string_view where) {
  const auto document = ParseJsonObject(text, where);
  if (!document) return std::unexpected(document.error());
  Status status;
  FieldReader reader(*document, std::string(where), status);
  std::vector<PolicySource> sources;
  const json* files = reader.MaybeArray("files");
  if (files == nullptr) reader.Refuse("files", "is missing, expected an array");
  for (std::size_t i = 0; files != nullptr && i < files->size(); ++i) {
    const json& file = (*files)[i];
    if (!file.is_object()) {
      reader.Refuse("files", "holds something else than objects");
      continue;
    }
    FieldReader fields(file, fmt::format("{}: files", where), status);
    PolicySource source;
    source.path = fields.AnyBytes("path");
    source.text = fields.String("text");
    source.trusted = fields.MaybeBool("trusted").value_or(false);
    sources.push_back(std::move(source));
  }
  if (!status) return std::unexpected(status.error());
  return sources;
}

std::optional<std::vector<PolicySource>> ReadLastGood(const std::string& run_dir) {
  const std::string path = run_dir + kLastGood;
  const auto text = ReadOwnCopy(path);
  if (!text) return std::nullopt;
  auto sources = ParseSources(*text, path);
  return sources ? std::optional(std::move(*sources)) : std::nullopt;
}

void KeepLastGood(const std::vector<PolicySource>& sources, const std::string& run_dir) {
  const std::string path = run_dir + kLastGood;
  if (sources.empty()) {
    (void)unlink(path.c_str());
    return;
  }
  const std::string text = SerializeSources(sources);
  if (text.size() > kMaxCopyBytes || ReadOwnCopy(path) == text) return;
  if (!MakeDirectories(run_dir, 0700)) return;
  (void)ReplaceFileAt(AT_FDCWD, path, text, 0600, Durability::kNone);
}

}  // namespace headroom
