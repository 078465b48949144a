#include "supervisor/retention/keeper.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace headroom {

StoreKeeper::StoreKeeper(EventLoop& loop, StatePaths paths, std::chrono::nanoseconds min_gap)
    : loop_(loop), min_gap_(min_gap), pass_(std::make_shared<RetentionPass>(std::move(paths))) {}

void StoreKeeper::LookSoon() {
  if (std::exchange(wanted_, true) || under_way_) return;
  const BootTime since = ended_ ? NowBoot() - *ended_ : min_gap_;
  LookAfter(std::max(min_gap_ - since, BootTime::zero()));
}

void StoreKeeper::LookAfter(std::chrono::nanoseconds delay) {
  auto timer = loop_.After(delay, std::chrono::seconds(1), [this] { Look(); });
  if (timer) timer_ = std::move(*timer);
}

void StoreKeeper::Look() {
  wanted_ = false;
  under_way_ = true;
  worker_.Run([this] {
    auto report = std::make_shared<RetentionReport>(pass_->Run(NowWall(), NowBoot()));
    loop_.Post([this, report] { OnLooked(*report); });
  });
}

void StoreKeeper::OnLooked(const RetentionReport& report) {
  under_way_ = false;
  ended_ = NowBoot();
  if (!report.pruned.removed.empty()) {
    Log(LogLevel::kInfo, "retention: " + RemovedText(report));
  }
  if (report.files.removed > 0) {
    Log(LogLevel::kInfo, "retention: " + FilesRemovedText(report.files));
  }
  std::set<std::string> problems(report.problems.begin(), report.problems.end());
  for (const std::string& problem : problems) {
    if (!said_.contains(problem)) Log(LogLevel::kWarning, "retention: " + problem);
  }
  said_ = std::move(problems);
  LookAfter(wanted_ || report.more ? min_gap_ : kInterval);
}

}  // namespace headroom
