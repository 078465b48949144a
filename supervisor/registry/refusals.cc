#include "supervisor/registry/refusals.h"

#include <algorithm>
#include <utility>

namespace headroom {
namespace {

/// What the record or the system says of it will be said again.
bool MayPass(const Error& why) {
  return why.code == ErrorCode::kSystem || why.code == ErrorCode::kTimedOut;
}

}  // namespace

bool Refusals::Add(const std::string& path, const Error& why, BootTime now) {
  Refusal& refusal = refused_[path];
  if (!MayPass(why)) {
    refusal.passing_since.reset();
  } else if (!refusal.passing_since) {
    refusal.passing_since = now;
  }
  const std::string message = why.Message();
  return std::exchange(refusal.why, message) != message;
}

void Refusals::KeepOnly(const std::vector<RegistryDir::Entry>& entries) {
  std::erase_if(refused_, [&](const auto& refused) {
    return std::ranges::none_of(entries,
                                [&](const auto& entry) { return entry.path == refused.first; });
  });
}

bool Refusals::AnyAwaited(BootTime now) const {
  return std::ranges::any_of(refused_, [now](const auto& refused) {
    const auto& since = refused.second.passing_since;
    return since && now - *since < kLongest;
  });
}

}  // namespace headroom
