#include "supervisor/incident/outbox.h"

#include <utility>

namespace headroom {

const CapturedIncident* Outbox::Next() {
  if (waiting_.empty() || std::exchange(under_way_, true)) return nullptr;
  return &waiting_.front();
}

void Outbox::OnWritten(bool written) {
  if (!std::exchange(under_way_, false)) return;
  if (written) waiting_.pop_front();
}

std::deque<CapturedIncident> Outbox::TakeWaiting() {
  std::deque<CapturedIncident> rest = std::exchange(waiting_, {});
  if (under_way_) rest.pop_front();
  under_way_ = false;
  return rest;
}

}  // namespace headroom
