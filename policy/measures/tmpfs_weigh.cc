#include "policy/measures/tmpfs_weigh.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace headroom {
namespace {

/// What runc, crun, docker and podman mount on /dev ("size=65536k").
constexpr Bytes kUsualDev = Mebibytes(64);

/// One for each tmpfs, however often it is mounted; those that nothing can be written to are left
/// out. Devices are only known of what is mounted already.
std::vector<const TmpfsFacts*> Distinct(const std::vector<TmpfsFacts>& all) {
  std::vector<const TmpfsFacts*> distinct;
  for (const TmpfsFacts& tmpfs : all) {
    if (tmpfs.read_only) continue;
    const auto same = std::ranges::find_if(distinct, [&tmpfs](const TmpfsFacts* other) {
      return tmpfs.device != 0 && other->device == tmpfs.device;
    });
    if (same == distinct.end()) {
      distinct.push_back(&tmpfs);
    } else if (tmpfs.destination.size() < (*same)->destination.size()) {
      *same = &tmpfs;
    }
  }
  return distinct;
}

bool IsUsualDev(const TmpfsFacts& tmpfs) {
  return tmpfs.destination == "/dev" && tmpfs.size && *tmpfs.size <= Limit(kUsualDev);
}

}  // namespace

bool IsUnsized(const std::optional<Limit>& size, const HostFacts& host) {
  if (!size || size->unlimited()) return true;
  return host.memory_total && size->bytes().value >= host.memory_total->value / 2;
}

std::string UnreadSize(const ContainerFacts& facts, std::string_view destination) {
  if (!facts.config) return {};
  const auto found = facts.config->unread_sizes.find(destination);
  if (found == facts.config->unread_sizes.end()) return {};
  return fmt::format("{} ({})", destination, found->second);
}

Bytes WeighedTmpfs::Sum() const {
  Bytes sum = shm.value_or(Bytes{0});
  for (const Sized& one : sized) {
    // Sizes are whatever config.json says: two of them can be more than a number holds.
    const Bytes more = sum + one.size;
    sum = more < sum ? Bytes{std::numeric_limits<std::uint64_t>::max()} : more;
  }
  return sum;
}

WeighedTmpfs WeighTmpfs(const ContainerFacts& facts) {
  WeighedTmpfs weighed;
  for (const TmpfsFacts* tmpfs : Distinct(facts.tmpfs)) {
    if (IsUsualDev(*tmpfs)) continue;
    if (std::string unread = UnreadSize(facts, tmpfs->destination); !unread.empty()) {
      weighed.unread.push_back(std::move(unread));
    } else if (IsUnsized(tmpfs->size, facts.host)) {
      weighed.unsized.push_back(tmpfs->destination);
    } else {
      weighed.sized.push_back({.destination = tmpfs->destination, .size = tmpfs->size->bytes()});
    }
  }
  const auto& shm = facts.shm;
  if (shm && shm->type == "tmpfs" && !shm->host_shared && !IsUnsized(shm->size, facts.host)) {
    weighed.shm = shm->size->bytes();
  }
  return weighed;
}

}  // namespace headroom
