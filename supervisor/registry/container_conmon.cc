#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "supervisor/registry/container.h"

namespace headroom {
namespace {

/// Later than this after a kill was noticed nothing is left any more: an engine may have taken the
/// file away, and started the container anew.
constexpr std::chrono::milliseconds kLatest{250};

bool HasConmon(const Enrolment& container) {
  return container.engine == "podman" || container.engine == "cri-o";
}

void Leave(const ConmonOomFile& file, const std::string& name, BootTime noticed) {
  if (NowBoot() - noticed > kLatest) {
    Log(LogLevel::kWarning,
        name + ": its engine is not told of the OOM kill, as it is too late for that");
    return;
  }
  const auto left = file.Leave();
  Log(left ? LogLevel::kInfo : LogLevel::kWarning,
      left
          ? fmt::format("{}: its engine is told of the OOM kill, which conmon no longer sees", name)
          : fmt::format("{}: its engine is not told of the OOM kill: {}", name,
                        left.error().Message()));
}

}  // namespace

/// Looked for at once, while its command line can still be read, and in another thread, as the way
/// to its folders may lead over a disk.
void WatchedContainer::FindConmon() {
  if (!HasConmon(*enrolment_) || !init_alive_ || !enrolment_->own_cgroup) return;
  if (enrolment_->mode == Mode::kObserve) return;  // no wire, so nothing to make up for
  services_.errands.Run([weak = weak_from_this(), &loop = services_.wires.loop,
                         host = services_.wires.host, container = enrolment_] {
    auto found = ConmonOomFile::Find(host, *container);
    if (!found) {
      const ErrorCode code = found.error().code;
      const bool none = code == ErrorCode::kNotFound || code == ErrorCode::kGone;
      Log(none ? LogLevel::kDebug : LogLevel::kWarning,
          fmt::format("{}; continuing, and nothing stands in for a conmon that no longer looks",
                      found.error().Message()));
      return;
    }
    loop.Post([weak, conmon = std::make_shared<const ConmonOomFile>(std::move(*found))] {
      const auto self = weak.lock();
      if (!self) return;
      self->conmon_ = conmon;
      self->StandInForConmon();
    });
  });
}

/// Where the wire was met, conmon no longer looks; what it would have left is left for it, once.
void WatchedContainer::StandInForConmon() {
  const auto& before = enrolment_->cgroup.events;
  if (!conmon_ || !before || !last_reading_.subtree) return;
  const bool met = CounterDelta(before->high, last_reading_.subtree->high).value_or(0) > 0;
  if (!met || ledger_.seen() <= before->oom_kill.value_or(0)) return;
  services_.errands.Run([file = std::exchange(conmon_, nullptr),
                         name = EscapedForPeople(enrolment_->DisplayName()),
                         noticed = NowBoot()] { Leave(*file, name, noticed); });
}

}  // namespace headroom
