#include "supervisor/loop/workers.h"

#include <utility>

namespace headroom {

Workers::Workers(unsigned threads) {
  for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  threads_.clear();  // joins; before the members that the threads use go
}

void Workers::Run(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(task));
  }
  wake_.notify_one();
}

bool Workers::IsBusy() const {
  const std::lock_guard lock(mutex_);
  return !queue_.empty() || running_ > 0;
}

void Workers::Loop() {
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
    }
    task();
    task = nullptr;  // what it held goes before it counts as finished
    const std::lock_guard lock(mutex_);
    --running_;
  }
}

}  // namespace headroom
