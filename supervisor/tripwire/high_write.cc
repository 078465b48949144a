#include "supervisor/tripwire/high_write.h"

#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "kernel/cgroup/memory_high.h"
#include "kernel/cgroup/memory_limits.h"

namespace headroom {
namespace {

constexpr int kInterrupt = SIGUSR1;

/// A signal that is ignored interrupts nothing, and one without a handler ends the process.
void HandleInterrupt() {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  (void)sigaction(kInterrupt, &action, nullptr);  // without SA_RESTART
}

bool IsUnlimited(int memory_high) {
  const auto text = ReadOpenFile(memory_high, "memory.high", 64);
  return text && Trimmed(*text) == "max";
}

}  // namespace

HighWrite::HighWrite(UniqueFd memory_high, Bytes high)
    : memory_high_(std::move(memory_high)), high_(high) {
  [[maybe_unused]] static const bool handled = (HandleInterrupt(), true);
}

bool HighWrite::Run() {
  bool written = false;
  if (!void_.load() && IsUnlimited(memory_high_.get())) written = Write();
  // Void while the write was under way: it may have landed after whoever lifted it.
  if (void_.load()) (void)LiftIfOurs(memory_high_.get(), high_);
  return written;
}

bool HighWrite::Write() {
  const std::string value = ToCgroupText(Limit(high_));
  {
    const std::lock_guard lock(mutex_);
    writer_ = pthread_self();
  }
  begun_.store(true);
  const auto written = pwrite(memory_high_.get(), value.data(), value.size(), 0);
  const std::lock_guard lock(mutex_);
  writer_.reset();
  return written == static_cast<ssize_t>(value.size());
}

void HighWrite::Void() {
  void_.store(true);
  Interrupt();
}

void HighWrite::Interrupt() {
  const std::lock_guard lock(mutex_);
  if (writer_) (void)pthread_kill(*writer_, kInterrupt);
}

}  // namespace headroom
