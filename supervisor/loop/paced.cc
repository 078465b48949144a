#include "supervisor/loop/paced.h"

#include <algorithm>

namespace headroom {
namespace {

constexpr int kRestFor = 9;  // times as long as it ran
/// The machine may have been suspended meanwhile, or we stopped.
constexpr std::chrono::nanoseconds kLongestRest = std::chrono::seconds(1);

}  // namespace

void Paced::Soon() {
  if (timer_.active()) return;
  const auto wait = std::max<std::chrono::nanoseconds>(not_before_ - NowBoot(), {});
  auto timer = loop_.After(wait, wait / 10, [this] { Run(); });
  if (timer) timer_ = std::move(*timer);
}

void Paced::Run() {
  timer_.Cancel();
  const BootTime start = NowBoot();
  task_();
  const BootTime end = NowBoot();
  not_before_ = end + std::min<std::chrono::nanoseconds>(kRestFor * (end - start), kLongestRest);
  if (!timer_.active()) return;
  // Asked for by the task itself, which was not known then to take so long.
  timer_.Cancel();
  Soon();
}

}  // namespace headroom
