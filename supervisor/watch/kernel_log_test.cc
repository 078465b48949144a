#include "supervisor/watch/kernel_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <thread>
#include <utility>

namespace headroom {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

microseconds Monotonic() {
  timespec now{};
  EXPECT_EQ(clock_gettime(CLOCK_MONOTONIC, &now), 0);
  return std::chrono::duration_cast<microseconds>(std::chrono::seconds(now.tv_sec) +
                                                  std::chrono::nanoseconds(now.tv_nsec));
}

/// A log whose records a test writes, stamped by a clock that is 84 ms behind.
class KernelLogTest : public testing::Test {
 protected:
  KernelLogTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()),
              0);
    kernel_ = UniqueFd(ends[0]);
    log_end_ = UniqueFd(ends[1]);
  }
  void Open(const std::optional<LogClocks>& clocks) {
    log_ = KernelLog::Over(*loop_, KmsgReader::FromDescriptor(std::move(log_end_)), clocks, [] {});
  }
  [[nodiscard]] static microseconds LogNow() { return Monotonic() - kLag; }
  void Say() {
    const std::string raw = fmt::format("6,1,{},-;something\n", LogNow().count());
    ASSERT_EQ(write(kernel_.get(), raw.data(), raw.size()), static_cast<ssize_t>(raw.size()));
  }
  /// How much later than the log's clock a boot time is said to be.
  [[nodiscard]] microseconds Off() const { return log_->TimeOf(NowBoot()) - LogNow(); }
  void Turn() {
    bool over = false;
    auto timer = loop_->After(20ms, 1ms, [&] { over = true; });
    EXPECT_TRUE(loop_->RunUntil([&] { return over; }));
  }

  static constexpr microseconds kLag = 84ms;
  std::unique_ptr<EventLoop> loop_ = EventLoop::Create().value();
  UniqueFd kernel_;
  UniqueFd log_end_;
  std::unique_ptr<KernelLog> log_;
};

TEST_F(KernelLogTest, KnowsTheLogsClockFromTheStartWhereTheSchedulerTellsIt) {
  const microseconds now = Monotonic();
  Open(LogClocks{.monotonic = now, .log = now - kLag});
  ASSERT_TRUE(log_->Lag());
  EXPECT_LT(std::chrono::abs(Off()), kLag / 2);
}

TEST_F(KernelLogTest, ARecordThatWaitedForTheStartToEndMeasuresNothing) {
  Open(std::nullopt);
  Say();
  std::this_thread::sleep_for(300ms);
  log_->Drain();
  EXPECT_FALSE(log_->Lag());
  Say();
  std::this_thread::sleep_for(300ms);
  Turn();
  EXPECT_FALSE(log_->Lag()) << "it waited as well, for the loop's first turn";
}

TEST_F(KernelLogTest, ARecordThatComesWhileTheLoopTurnsMeasuresTheClock) {
  Open(std::nullopt);
  Turn();
  const microseconds before = Monotonic();
  Say();
  Turn();
  const microseconds waited = Monotonic() - before;
  ASSERT_TRUE(log_->Lag());
  EXPECT_GE(Off(), -waited - 10ms) << "too far behind by the time until it was read at most";
  EXPECT_LT(Off(), kLag / 2);
}

}  // namespace
}  // namespace headroom
