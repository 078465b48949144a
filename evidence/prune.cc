#include "evidence/prune.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/file.h"
#include "evidence/wall_text.h"

namespace headroom {
namespace {

constexpr int kMaxLevels = 8;

/// What stat(2) counts, whatever the file system's block size.
constexpr std::uint64_t kStatBlock = 512;

Result<BundleSize> SizeBelow(int dir_fd, const std::string& name, const std::string& path,
                             int level) {
  const auto dir = OpenDirectory(dir_fd, name);
  if (!dir) return std::unexpected(dir.error());
  const auto names = ListDirectory(dir->get(), path);
  if (!names) return std::unexpected(names.error());
  BundleSize sum;
  for (const std::string& entry : *names) {
    struct stat info{};
    if (fstatat(dir->get(), entry.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    sum.on_disk = sum.on_disk + Bytes{static_cast<std::uint64_t>(info.st_blocks) * kStatBlock};
    ++sum.files;
    if (S_ISREG(info.st_mode)) {
      sum.bytes = sum.bytes + Bytes{static_cast<std::uint64_t>(info.st_size)};
    }
    if (!S_ISDIR(info.st_mode) || level == kMaxLevels) continue;
    const auto below = SizeBelow(dir->get(), entry, fmt::format("{}/{}", path, entry), level + 1);
    if (!below) return below;
    sum.bytes = sum.bytes + below->bytes;
    sum.on_disk = sum.on_disk + below->on_disk;
    sum.files += below->files;
  }
  return sum;
}

const std::string& ContainerOf(const PruneCandidate& candidate) {
  const std::string& name = candidate.owner.container;
  return name.empty() ? candidate.bundle.container_dir : name;
}

const std::string& KindOf(const PruneCandidate& candidate) {
  const std::string& kind = candidate.owner.kind;
  return kind.empty() ? ContainerOf(candidate) : kind;
}

/// Times of bundles, newest first as they are. What lies in the future says only that the clock was
/// wrong, and nothing of those that came later.
std::vector<std::optional<WallTime>> CorrectedTimes(const std::vector<PruneCandidate>& candidates,
                                                    WallTime now) {
  std::vector<std::optional<WallTime>> times(candidates.size());
  WallTime latest = WallTime::min();
  for (std::size_t i = candidates.size(); i-- > 0;) {
    times[i] = candidates[i].at;
    if (!times[i] || *times[i] > now) continue;
    latest = std::max(latest, *times[i]);
    times[i] = latest;
  }
  return times;
}

/// What is left while bundles are taken away.
class Pruner {
 public:
  Pruner(const std::vector<PruneCandidate>& candidates, const PruneBounds& bounds, WallTime now)
      : bounds_(bounds), now_(now), left_(candidates.size()) {
    const auto times = CorrectedTimes(candidates, now);
    std::set<std::string> kinds;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const PruneCandidate& candidate = candidates[i];
      const bool newest = ++left_of_[ContainerOf(candidate)] == 1;
      const bool newest_of_kind = kinds.insert(KindOf(candidate)).second;
      bytes_ = bytes_ + candidate.size.bytes;
      if (candidate.needed) continue;
      may_go_.push_back({&candidate, times[i], newest, newest_of_kind});
    }
    std::reverse(may_go_.begin(), may_go_.end());
  }

  std::vector<PruneCandidate> Choose() && {
    Take([this](const Row& row) { return IsOld(row); });
    Take([this](const Row& row) { return IsOneTooMany(row); });
    Take([this](const Row& row) { return !row.newest && AllAreTooMuch(); });
    Take([this](const Row& row) { return !row.newest_of_kind && AllAreTooMuch(); });
    Take([this](const Row&) { return AllAreTooMuch(); });
    return std::move(chosen_);
  }

 private:
  struct Row {
    const PruneCandidate* candidate;
    std::optional<WallTime> at;
    bool newest;          ///< of its container
    bool newest_of_kind;  ///< of all containers that are alike
  };

  /// Takes those that have to go when their turn comes, oldest first.
  template <typename HasToGo>
  void Take(const HasToGo& has_to_go) {
    std::erase_if(may_go_, [&](const Row& row) {
      if (!has_to_go(row)) return false;
      const PruneCandidate& candidate = *row.candidate;
      --left_;
      --left_of_[ContainerOf(candidate)];
      bytes_ = bytes_ - candidate.size.bytes;
      freed_ = freed_ + candidate.size.on_disk;
      freed_files_ += candidate.size.files;
      chosen_.push_back(candidate);
      return true;
    });
  }

  [[nodiscard]] bool IsOld(const Row& row) const {
    return bounds_.older_than && row.at && now_ - *row.at > *bounds_.older_than;
  }
  [[nodiscard]] bool IsOneTooMany(const Row& row) const {
    if (!bounds_.keep_each) return false;
    // Where an older one has to stay, the newest is worth the one that is too many.
    if (row.newest && *bounds_.keep_each > 0) return false;
    return left_of_.at(ContainerOf(*row.candidate)) > *bounds_.keep_each;
  }
  [[nodiscard]] bool AllAreTooMuch() const {
    return (bounds_.keep && left_ > *bounds_.keep) ||
           (bounds_.max_bytes && bytes_ > *bounds_.max_bytes) ||
           (DiskIsFull() && left_ > kLeftOnAFullDisk);
  }

  [[nodiscard]] bool DiskIsFull() const {
    return freed_ < bounds_.to_free || freed_files_ < bounds_.files_to_free;
  }

  const PruneBounds& bounds_;
  WallTime now_;
  std::vector<Row> may_go_;  ///< oldest first
  std::uint64_t left_;
  std::map<std::string, std::uint64_t> left_of_;
  Bytes bytes_;
  Bytes freed_;
  std::uint64_t freed_files_ = 0;
  std::vector<PruneCandidate> chosen_;
};

}  // namespace

std::vector<PruneCandidate> ChooseToRemove(const std::vector<PruneCandidate>& candidates,
                                           const PruneBounds& bounds, WallTime now) {
  return Pruner(candidates, bounds, now).Choose();
}

Result<BundleSize> SizeOfBundle(const BundleEntry& bundle) { return SizeOfTree(bundle.path); }

Result<BundleSize> SizeOfTree(const std::string& path) {
  auto size = SizeBelow(AT_FDCWD, path, path, 0);
  if (size) ++size->files;  // itself
  return size;
}

std::optional<WallTime> StampTime(const std::string& stamp) {
  if (stamp.substr(0, stamp.find('.')).size() != 16) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t count) { return stamp.substr(at, count); };
  return ParseIso8601(fmt::format("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2),
                                  part(9, 2), part(11, 2), part(13, 2)));
}

}  // namespace headroom
