#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace headroom {

/// A few threads for work that the kernel may block: reading smaps (mmap_lock), lowering
/// memory.high (the writer reclaims), fsync. The event thread never does any of these.
///
/// Run() from any thread. Destruction finishes what was queued.
class Workers {
 public:
  explicit Workers(unsigned threads);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();

  void Run(std::function<void()> task);
  /// Whether anything that was queued is not finished. From any thread.
  [[nodiscard]] bool IsBusy() const;

 private:
  void Loop();

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;  ///< guarded by mutex_
  std::size_t running_ = 0;                  ///< tasks; guarded by mutex_
  bool stopping_ = false;                    ///< guarded by mutex_
  std::vector<std::jthread> threads_;
};

}  // namespace headroom
