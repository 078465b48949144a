#include "cli/bundle/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/containers.h"
#include "cli/store_listing.h"
#include "evidence/pack/pack.h"

namespace headroom {
namespace {

constexpr mode_t kPackMode = 0600;

bool IsThere(const std::string& path) {
  struct stat info{};
  return lstat(path.c_str(), &info) == 0;
}

}  // namespace

BundleForm FormOf(std::string_view out) {
  if (out == "-") return BundleForm::kStream;
  return IsPackName(out) ? BundleForm::kPack : BundleForm::kDirectory;
}

Status WritePackFile(const std::string& path, std::string_view pack) {
  return CreateFileAt(AT_FDCWD, path, pack, kPackMode, Durability::kNone);
}

Status WriteBundleTo(const Environment& environment, const BundleFiles& bundle,
                     const std::string& out) {
  if (FormOf(out) == BundleForm::kDirectory) return WriteBundleDirectory(out, bundle);
  const auto pack = Packed(bundle);
  if (!pack) return std::unexpected(pack.error());
  if (FormOf(out) == BundleForm::kPack) return WritePackFile(out, *pack);
  environment.out << *pack;
  return {};
}

Result<std::string> FindBundle(const Environment& environment, const std::string& subject) {
  if (MeansPath(subject) || IsThere(subject)) return subject;
  const auto listing = ListStore(environment, Store(environment.paths.store_dir));
  if (!listing) return std::unexpected(listing.error());
  const auto containers = ContainersOf(listing->bundles);
  const Resolution resolution = Resolve(containers, subject);
  if (resolution.found.empty()) {
    return MakeError(
        ErrorCode::kNotFound, "",
        fmt::format("no bundle is at {0}, and none of a container \"{0}\" is in {1}{2}",
                    EscapedForPeople(subject), EscapedForPeople(environment.paths.store_dir),
                    HintOfRoot(environment)));
  }
  if (resolution.ambiguous) {
    return MakeError(ErrorCode::kExists, "",
                     fmt::format("\"{}\" could be several containers; headroom bundles lists the "
                                 "bundles, and this takes a path too",
                                 EscapedForPeople(subject)));
  }
  std::vector<BundleEntry> bundles;
  for (const KnownContainer* container : resolution.found) {
    bundles.insert(bundles.end(), container->bundles.begin(), container->bundles.end());
  }
  SortNewestFirst(bundles);
  return bundles.front().path;
}

Result<BundleFiles> ReadMeantBundle(const Environment& environment, const std::string& subject) {
  const auto path = FindBundle(environment, subject);
  if (!path) return std::unexpected(path.error());
  auto bundle = ReadBundleFiles(*path);
  if (!bundle && bundle.error().code == ErrorCode::kNotFound) {
    return MakeError(ErrorCode::kNotFound, "",
                     fmt::format("no bundle at {}", EscapedForPeople(*path)));
  }
  return bundle;
}

int FailToFind(const Environment& environment, const Error& error) {
  const bool told = error.where.empty();
  if (told && error.code == ErrorCode::kNotFound) {
    return Fail(environment, CliStatus::kNotFound, error.what);
  }
  if (told && error.code == ErrorCode::kExists) {
    return Fail(environment, CliStatus::kAmbiguous, error.what);
  }
  return FailToRead(environment, error);
}

int FailToMake(const Environment& environment, const Error& error) {
  return Fail(environment, CliStatus::kIncomplete, EscapedForPeople(error.Message()));
}

}  // namespace headroom
