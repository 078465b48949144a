#include "policy/load.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "base/file.h"

namespace headroom {
namespace {

constexpr std::size_t kMaxPolicyBytes = 1U << 20U;
constexpr const char* kLastGood = "/policy.last-good.json";

bool IsAbsent(const Error& error) { return error.code == ErrorCode::kNotFound; }

/// Not blocking, so that a FIFO of that name cannot stop the hook.
Result<UniqueFd> OpenRegular(const std::string& path, int extra_flags, struct stat& info) {
  auto fd = OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | extra_flags);
  if (!fd) return fd;
  if (fstat(fd->get(), &info) != 0) return SystemError(path, "cannot be examined");
  if (!S_ISREG(info.st_mode)) return Malformed(path, "is not a regular file");
  return fd;
}

/// nullopt when there is no such file.
Result<std::optional<std::string>> ReadPolicyFile(const std::string& path) {
  struct stat info{};
  const auto fd = OpenRegular(path, 0, info);
  if (!fd && IsAbsent(fd.error())) return std::nullopt;
  if (!fd) return std::unexpected(fd.error());
  auto text = ReadToEnd(fd->get(), path, kMaxPolicyBytes);
  if (!text) return std::unexpected(text.error());
  return std::move(*text);
}

Status ApplyFile(const std::string& path, LoadedPolicy& loaded) {
  const auto file = ReadPolicyFile(path);
  if (!file) return std::unexpected(file.error());
  const std::optional<std::string>& text = *file;
  if (!text) return {};
  loaded.source = LoadedPolicy::Source::kFiles;
  return ApplyPolicyText(loaded.policy, *text, path, loaded.notes);
}

Result<std::vector<std::string>> DropIns(const std::string& config_dir) {
  const std::string folder = config_dir + "/policy.d";
  const auto fd = OpenAt(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY);
  if (!fd && IsAbsent(fd.error())) return std::vector<std::string>{};
  if (!fd) return std::unexpected(fd.error());
  auto names = ListDirectory(fd->get(), folder);
  if (!names) return names;
  std::erase_if(*names, [](const std::string& name) {
    return name.starts_with('.') || !name.ends_with(".json");
  });
  for (std::string& name : *names) name = fmt::format("{}/{}", folder, name);
  return names;
}

/// Only a copy that nobody else can have written is believed.
std::optional<std::string> ReadLastGood(const std::string& path) {
  struct stat info{};
  const auto fd = OpenRegular(path, O_NOFOLLOW, info);
  if (!fd || info.st_uid != geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return std::nullopt;
  }
  auto text = ReadToEnd(fd->get(), path, kMaxPolicyBytes);
  return text ? std::optional(std::move(*text)) : std::nullopt;
}

/// Best effort: a full or missing /run costs the copy, not the container.
void KeepLastGood(const LoadedPolicy& loaded, const std::string& run_dir) {
  const std::string path = run_dir + kLastGood;
  if (loaded.source == LoadedPolicy::Source::kBuiltIn) {
    (void)unlink(path.c_str());  // whoever removed the files does not want them back
    return;
  }
  const std::string text = SerializePolicy(loaded.policy);
  if (ReadLastGood(path) == text) return;
  if (!MakeDirectories(run_dir, 0700)) return;
  (void)ReplaceFileAt(AT_FDCWD, path, text, 0600, Durability::kNone);
}

}  // namespace

Result<LoadedPolicy> LoadPolicyFiles(const std::string& config_dir) {
  LoadedPolicy loaded;
  if (auto applied = ApplyFile(config_dir + "/policy.json", loaded); !applied) {
    return std::unexpected(applied.error());
  }
  const auto drop_ins = DropIns(config_dir);
  if (!drop_ins) return std::unexpected(drop_ins.error());
  for (const std::string& path : *drop_ins) {
    if (auto applied = ApplyFile(path, loaded); !applied) return std::unexpected(applied.error());
  }
  return loaded;
}

Result<LoadedPolicy> LoadPolicy(const std::string& config_dir, const std::string& run_dir) {
  auto loaded = LoadPolicyFiles(config_dir);
  if (loaded) {
    KeepLastGood(*loaded, run_dir);
    return loaded;
  }
  const std::string path = run_dir + kLastGood;
  const auto text = ReadLastGood(path);
  if (!text) return loaded;
  LoadedPolicy last;
  last.source = LoadedPolicy::Source::kLastGood;
  if (!ApplyPolicyText(last.policy, *text, path, last.notes)) return loaded;
  last.warnings.push_back(fmt::format("the policy is broken, its last good version is used: {}",
                                      loaded.error().Message()));
  return last;
}

}  // namespace headroom
