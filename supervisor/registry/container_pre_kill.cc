#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "evidence/pre_kill_files.h"
#include "supervisor/registry/container.h"

namespace headroom {
namespace {

/// A container may trip its wire, recover and trip it again without end.
constexpr std::chrono::minutes kPause{10};

/// Its directory is there only where the store takes one; that is not for the event thread to wait
/// for.
PreKillResult UnderWay(const Enrolment& container, BootTime began) {
  PreKillResult result{.outcome = PreKillResult::Outcome::kUnderWay, .began = began};
  result.signal = container.pre_kill.signal;
  if (result.signal.empty()) {
    result.directory = PreKillDirectoryName(container.GenerationKey(), began);
  }
  return result;
}

}  // namespace

void WatchedContainer::ActBeforeKill(const Photograph& photograph, std::function<void()> done) {
  const auto process = std::ranges::find(photograph.processes, photograph.largest, &ProcessId::pid);
  const bool too_soon = pre_kill_began_ && NowBoot() - *pre_kill_began_ < kPause;
  if (process == photograph.processes.end() || too_soon) return done();
  pre_kill_began_ = NowBoot();
  pre_kill_.reset();
  const PreKillRequest request{.container_key = entry_.container_key,
                               .generation_key = entry_.generation_key,
                               .process = *process,
                               .began = *pre_kill_began_};
  pre_kill_call_ = std::make_unique<PreKillCall>(
      services_.wires.loop, services_.run_dir, request, enrolment_->pre_kill.time,
      [this, done = std::move(done)](PreKillResult result) {
        if (result.outcome == PreKillResult::Outcome::kNotRun) {
          Log(LogLevel::kWarning,
              fmt::format("{}: the policy's pre_kill was not done: {}",
                          EscapedForPeople(enrolment_->DisplayName()), result.reason));
        }
        pre_kill_ = std::move(result);
        done();
      });
}

/// Of an earlier trip it says nothing about this kill.
PreKillState WatchedContainer::PreKillOf(BootTime first_kill) const {
  if (!enrolment_->pre_kill.wanted()) return {.result = {}, .why_none = "its policy names none"};
  if (enrolment_->cgroup_version == CgroupVersion::kV1) {
    return {.result = {},
            .why_none =
                "the memory controller is on cgroup v1, where nothing holds a container "
                "before a kill: it is not done there"};
  }
  if (!pre_kill_began_ || *pre_kill_began_ > first_kill || first_kill - *pre_kill_began_ > kPause) {
    return {.result = {}, .why_none = "no tripwire was met shortly before the kill"};
  }
  if (!pre_kill_) return {.result = UnderWay(*enrolment_, *pre_kill_began_), .why_none = {}};
  return {.result = pre_kill_, .why_none = {}};
}

}  // namespace headroom
