#include "evidence/evidence.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <functional>
#include <utility>

#include "base/file.h"
#include "base/sha256.h"
#include "base/text.h"
#include "evidence/bundle_bounds.h"
#include "evidence/bundle_name.h"
#include "evidence/bundle_writer.h"
#include "evidence/section_name.h"

namespace headroom {
namespace {

constexpr const char* kManifestName = "manifest.json";
constexpr const char* kContainerName = "container.json";

/// Opens `section` below `root` without following a symbolic link anywhere. nullopt: a directory
/// (the row of a folder).
Result<std::optional<UniqueFd>> OpenSection(int root, const std::string& section) {
  const auto components = SectionComponents(section);
  if (!components) return std::unexpected(components.error());
  UniqueFd held;
  int at = root;
  for (std::size_t i = 0; i + 1 < components->size(); ++i) {
    auto dir = OpenDirectory(at, (*components)[i]);
    if (!dir) return std::unexpected(dir.error());
    held = std::move(*dir);
    at = held.get();
  }
  auto file = OpenAt(at, components->back(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  if (!file) return std::unexpected(file.error());
  struct stat info{};
  if (fstat(file->get(), &info) != 0) return SystemError(section, "cannot be examined");
  if (S_ISDIR(info.st_mode)) return std::nullopt;
  if (!S_ISREG(info.st_mode)) return Malformed(section, "is no regular file");
  return std::optional(std::move(*file));
}

/// What the manifest promises and the directory does not hold is a broken bundle; a file that we
/// may not read is not.
Error Refined(const std::string& bundle, const std::string& section, Error error) {
  error.where = bundle + "/" + section;
  if (error.errno_value == ELOOP) {
    error = {ErrorCode::kMalformed, 0, error.where, "is a symbolic link, which no bundle holds"};
  } else if (error.errno_value == ENOTDIR) {
    error = {ErrorCode::kMalformed, 0, error.where,
             "does not lie in a directory: a file or a symbolic link is in its place"};
  } else if (error.code == ErrorCode::kNotFound) {
    error = {ErrorCode::kMalformed, 0, error.where, "is missing, though the manifest lists it"};
  }
  return error;
}

Result<std::optional<std::string>> ReadSection(int root, const std::string& section,
                                               std::size_t max_bytes) {
  auto fd = OpenSection(root, section);
  if (!fd) return std::unexpected(fd.error());
  if (!*fd) return std::nullopt;
  auto bytes = ReadToEnd((*fd)->get(), section, max_bytes);
  if (!bytes) return std::unexpected(bytes.error());
  return std::optional(std::move(*bytes));
}

Status CheckUnchanged(const ManifestRow& row, std::string_view bytes) {
  if (row.sha256.empty() || Sha256Hex(bytes) == row.sha256) return {};
  return Malformed(row.section,
                   fmt::format("holds {} bytes that are not the {} that were published "
                               "(its SHA-256 differs from the manifest's)",
                               bytes.size(), row.bytes));
}

/// Gives a file of a bundle, of at most so many bytes. nullopt: the name is a folder's.
using SectionReader =
    std::function<Result<std::optional<std::string>>(const std::string&, std::size_t)>;

Status ReadSections(const SectionReader& read, const std::string& bundle, Evidence& evidence) {
  std::size_t left = kMaxBundleBytes;
  for (const ManifestRow& row : evidence.manifest.rows) {
    if (!HasFile(row)) continue;
    auto bytes = read(row.section, std::min(left, MostBytesOf(row.section)));
    if (!bytes) return std::unexpected(Refined(bundle, row.section, bytes.error()));
    if (!*bytes) continue;
    if (auto unchanged = CheckUnchanged(row, **bytes); !unchanged) {
      return std::unexpected(Refined(bundle, row.section, unchanged.error()));
    }
    left -= (*bytes)->size();
    evidence.files.insert_or_assign(row.section, std::move(**bytes));
  }
  return {};
}

Result<Manifest> ReadManifest(const SectionReader& read, const std::string& bundle) {
  const std::string where = bundle + "/" + kManifestName;
  auto text = read(kManifestName, kMaxManifestBytes);
  if (!text) {
    const bool missing = text.error().code == ErrorCode::kNotFound;
    if (missing) return Malformed(bundle, "is no bundle: it has no manifest.json");
    return std::unexpected(Refined(bundle, kManifestName, text.error()));
  }
  if (!*text) return Malformed(where, "is a directory, expected a file");
  return ParseManifest(**text, where);
}

/// From the manifest, else from the directory's name.
Result<BundleKind> KindOf(const Manifest& manifest, const std::string& bundle) {
  if (const auto kind = ParseBundleKind(manifest.kind)) return *kind;
  const auto entry = ParseBundleName(bundle.substr(bundle.rfind('/') + 1));
  if (entry) return entry->kind;
  return Malformed(bundle + "/" + kManifestName,
                   "key \"kind\" names no kind of incident, expected oom-kill, group-kill, stall, "
                   "killed or denied");
}

std::string WithoutTrailingSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

Result<Evidence> ReadWith(const SectionReader& read, const std::string& bundle) {
  Evidence evidence;
  evidence.bundle_path = bundle;
  auto manifest = ReadManifest(read, bundle);
  if (!manifest) return std::unexpected(manifest.error());
  evidence.manifest = std::move(*manifest);
  const auto kind = KindOf(evidence.manifest, bundle);
  if (!kind) return std::unexpected(kind.error());
  evidence.kind = *kind;
  if (auto sections = ReadSections(read, bundle, evidence); !sections) {
    return std::unexpected(sections.error());
  }
  const std::string where = bundle + "/" + kContainerName;
  const std::string* container = evidence.File(kContainerName);
  if (container == nullptr) return Malformed(where, "is not listed in the manifest");
  auto enrolment = ParseEnrolment(*container, where);
  if (!enrolment) return std::unexpected(enrolment.error());
  evidence.container = std::move(*enrolment);
  return evidence;
}

/// Whether some file lies in that folder.
bool IsFolder(const FilesByName& files, const std::string& name) {
  const auto inside = files.lower_bound(name + "/");
  return inside != files.end() && inside->first.starts_with(name + "/");
}

Result<std::optional<std::string>> FileIn(const FilesByName& files, const std::string& section,
                                          std::size_t most) {
  if (const auto usable = SectionComponents(section); !usable) {
    return std::unexpected(usable.error());
  }
  const auto found = files.find(section);
  if (found == files.end() && IsFolder(files, section)) return std::nullopt;
  if (found == files.end()) {
    return std::unexpected(Error{ErrorCode::kNotFound, 0, section, "is not there"});
  }
  if (found->second.size() > most) {
    return MakeError(ErrorCode::kTooLarge, section,
                     fmt::format("has {} bytes, expected at most {}", found->second.size(), most));
  }
  return std::optional(found->second);
}

}  // namespace

const std::string* Evidence::File(std::string_view name) const {
  const auto found = files.find(name);
  return found == files.end() ? nullptr : &found->second;
}

Evidence EvidenceOf(const Store::Draft& draft) {
  Evidence evidence;
  evidence.kind = draft.kind;
  evidence.container = draft.container;
  auto finished = FinishDraft(draft);
  if (!finished) return evidence;  // it cannot be published either; Publish() says why
  for (Section& section : finished->sections) {
    if (!HasFile(section.row)) continue;
    evidence.files.insert_or_assign(section.row.section, std::move(section.bytes));
  }
  evidence.manifest = std::move(finished->manifest);
  return evidence;
}

Result<Evidence> ReadBundle(const std::string& path) {
  const std::string bundle = WithoutTrailingSlashes(path);
  const auto root = OpenDirectory(AT_FDCWD, bundle);
  if (!root) return std::unexpected(root.error());
  return ReadWith([&](const std::string& section,
                      std::size_t most) { return ReadSection(root->get(), section, most); },
                  bundle);
}

Result<Evidence> EvidenceInFiles(const FilesByName& files, const std::string& bundle) {
  return ReadWith(
      [&](const std::string& section, std::size_t most) { return FileIn(files, section, most); },
      bundle);
}

}  // namespace headroom
