#include "kernel/cgroup/memory_high.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/file.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {

namespace {

constexpr std::string_view kName = "memory.high";

Status WriteMax(int memory_high) {
  const ssize_t written = pwrite(memory_high, "max", 3, 0);
  if (written == 3) return {};
  return SystemError(kName, "did not take the value 'max'", written < 0 ? errno : EIO);
}

}  // namespace

Result<bool> TryToLift(int memory_high, Bytes ours) {
  constexpr std::size_t kLongestLimit = 64;
  const auto text = ReadOpenFile(memory_high, kName, kLongestLimit);
  Status done = text ? Status{} : std::unexpected(text.error());
  if (done) {
    const auto value = ParseLimit(*text);
    if (!value || *value != Limit(ours)) return false;
    done = WriteMax(memory_high);
  }
  if (done) return true;
  // Of a removed cgroup, kernfs answers ENODEV: nothing is held there any more.
  if (done.error().code == ErrorCode::kGone) return false;
  return std::unexpected(done.error());
}

bool LiftIfOurs(int memory_high, Bytes ours) {
  return TryToLift(memory_high, ours).value_or(false);
}

}  // namespace headroom
