#include "explain/study/eviction.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "evidence/kubelet_line.h"

namespace headroom {
namespace {

bool Names(const std::vector<PodName>& pods, const PodName& pod) {
  return std::ranges::find(pods, pod) != pods.end();
}

/// Follows the eviction manager, which looks for one pod at a time.
class Follower {
 public:
  explicit Follower(PodName pod) : pod_(std::move(pod)) {}

  void Take(const KubeletLine& line, std::size_t number) {
    switch (line.event) {
      case KubeletEvent::kMustEvict:
        Close();
        needed_ = Eviction{.resource = line.resource, .resource_line = number};
        return;
      case KubeletEvent::kRanked:
        ranked_ = line.pods;
        ranked_line_ = number;
        return;
      case KubeletEvent::kRefused:
        std::erase_if(ranked_, [&](const PodName& pod) { return Names(line.pods, pod); });
        return;
      case KubeletEvent::kEvicting:
        TakeBegun(line, number);
        return;
      case KubeletEvent::kFailed:
      case KubeletEvent::kEvicted:
        TakeEnd(line, number);
        return;
      case KubeletEvent::kGaveUp:
        ranked_.clear();
        Close();
        return;
    }
  }

  std::optional<Eviction> Finish() {
    Close();
    return found_;
  }

 private:
  void TakeBegun(const KubeletLine& line, std::size_t number) {
    if (!Names(line.pods, pod_)) return;
    found_ = needed_;
    found_->line = number;
    if (line.resource.empty() || !found_->resource.empty()) return;
    found_->resource = line.resource;
    found_->resource_line = number;
  }

  /// "evicted successfully" comes again as "waiting for pod to be cleaned up".
  void TakeEnd(const KubeletLine& line, std::size_t number) {
    const bool done = line.event == KubeletEvent::kEvicted;
    const bool known = found_ && (found_->done || !done);
    if (Names(line.pods, pod_) && !known) {
      if (!found_ || !needed_.resource.empty()) found_ = needed_;
      found_->done = done;
      found_->line = number;
    }
    ranked_.clear();
    Close();
  }

  /// A ranking without a word of its end is one that is being acted on.
  void Close() {
    if (!ranked_.empty() && ranked_.front() == pod_ && !found_) {
      found_ = needed_;
      found_->line = ranked_line_;
    }
    ranked_.clear();
    needed_ = {};
  }

  PodName pod_;
  Eviction needed_;  ///< what the ranking at hand is for
  std::vector<PodName> ranked_;
  std::size_t ranked_line_ = 0;
  std::optional<Eviction> found_;
};

}  // namespace

std::optional<Eviction> FindEviction(const KeptLog& log, const PodName& pod) {
  Follower follower(pod);
  for (std::size_t i = 0; i < log.lines.size(); ++i) {
    if (const auto line = ParseKubeletLine(log.lines[i].text)) follower.Take(*line, i);
  }
  return follower.Finish();
}

bool IsForMemory(const Eviction& eviction) { return eviction.resource == "memory"; }

}  // namespace headroom
