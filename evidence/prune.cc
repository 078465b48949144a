#include "evidence/prune.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "base/file.h"
#include "evidence/wall_text.h"

namespace headroom {
namespace {

constexpr int kMaxLevels = 8;

Result<Bytes> SizeBelow(int dir_fd, const std::string& name, const std::string& path, int level) {
  const auto dir = OpenDirectory(dir_fd, name);
  if (!dir) return std::unexpected(dir.error());
  const auto names = ListDirectory(dir->get(), path);
  if (!names) return std::unexpected(names.error());
  Bytes sum;
  for (const std::string& entry : *names) {
    struct stat info{};
    if (fstatat(dir->get(), entry.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(info.st_mode)) sum = sum + Bytes{static_cast<std::uint64_t>(info.st_size)};
    if (!S_ISDIR(info.st_mode) || level == kMaxLevels) continue;
    const auto below = SizeBelow(dir->get(), entry, path + "/" + entry, level + 1);
    if (!below) return below;
    sum = sum + *below;
  }
  return sum;
}

/// What is left while bundles are taken away, oldest first.
class Pruner {
 public:
  Pruner(const std::vector<PruneCandidate>& candidates, const PruneBounds& bounds, WallTime now)
      : candidates_(candidates), bounds_(bounds), now_(now), left_(candidates.size()) {
    for (const PruneCandidate& candidate : candidates) {
      ++left_of_[candidate.bundle.container_dir];
      bytes_ = bytes_ + candidate.size;
    }
  }

  std::vector<PruneCandidate> Choose() {
    std::vector<PruneCandidate> chosen;
    for (auto oldest = candidates_.rbegin(); oldest != candidates_.rend(); ++oldest) {
      if (oldest->needed || !IsTooMuch(*oldest)) continue;
      --left_;
      --left_of_[oldest->bundle.container_dir];
      bytes_ = bytes_ - oldest->size;
      chosen.push_back(*oldest);
    }
    return chosen;
  }

 private:
  [[nodiscard]] bool IsTooMuch(const PruneCandidate& candidate) const {
    const bool old =
        bounds_.older_than && candidate.at && now_ - *candidate.at > *bounds_.older_than;
    return old || (bounds_.keep && left_ > *bounds_.keep) ||
           (bounds_.keep_each &&
            left_of_.at(candidate.bundle.container_dir) > *bounds_.keep_each) ||
           (bounds_.max_bytes && bytes_ > *bounds_.max_bytes);
  }

  const std::vector<PruneCandidate>& candidates_;
  const PruneBounds& bounds_;
  WallTime now_;
  std::uint64_t left_;
  std::map<std::string, std::uint64_t> left_of_;
  Bytes bytes_;
};

}  // namespace

std::vector<PruneCandidate> ChooseToRemove(const std::vector<PruneCandidate>& candidates,
                                           const PruneBounds& bounds, WallTime now) {
  return Pruner(candidates, bounds, now).Choose();
}

Result<Bytes> SizeOfBundle(const BundleEntry& bundle) {
  return SizeBelow(AT_FDCWD, bundle.path, bundle.path, 0);
}

std::optional<WallTime> StampTime(const std::string& stamp) {
  if (stamp.size() != 16) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t count) { return stamp.substr(at, count); };
  return ParseIso8601(fmt::format("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 2), part(6, 2),
                                  part(9, 2), part(11, 2), part(13, 2)));
}

}  // namespace headroom
