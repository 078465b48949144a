#include <algorithm>

#include "fuzz/fuzz.h"
#include "kernel/mount/mountinfo.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const auto mounts = ParseMountinfo(text);
  if (!mounts) {
    Require(mounts.error().where.starts_with("mountinfo:"));
    return;
  }
  const auto lines =
      std::ranges::count(text, '\n') + (text.empty() || text.ends_with('\n') ? 0 : 1);
  Require(static_cast<std::size_t>(lines) == mounts->size());
  for (const Mount& mount : *mounts) {
    Require(FindMount(*mounts, mount.mount_point) != nullptr);
    (void)TmpfsSize(mount);
  }
}
