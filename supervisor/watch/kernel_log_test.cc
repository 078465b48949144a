#include "supervisor/watch/kernel_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string_view>
#include <thread>
#include <utility>

#include "base/testing/faults.h"

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
  void Say(std::string_view text = "something") {
    const std::string raw = fmt::format("6,1,{},-;{}\n", LogNow().count(), text);
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

/// The lines of two kills with a gap between: what the first began must not end in the second.
TEST_F(KernelLogTest, WhatALossTakesAwayIsGivenToNobodyElse) {
  const auto begins = [&](const std::string& cgroup, int pid) {
    Say("x invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0");
    Say(
        fmt::format("oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
                    "oom_memcg={0},task_memcg={0},task=x,pid={1},uid=0",
                    cgroup, pid));
  };
  const auto kills = [&](int pid) {
    Say(fmt::format(
        "Memory cgroup out of memory: Killed process {} (x) total-vm:9kB, anon-rss:8kB, "
        "file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0",
        pid));
  };
  Open(std::nullopt);
  begins("/web", 11);
  log_->Drain();
  kills(12);
  {
    const FaultPlan overwritten(0, Fault::kFails, EPIPE);
    log_->Drain();
  }
  EXPECT_EQ(log_->overruns(), 1U);
  EXPECT_EQ(log_->UnclaimedKills({.cgroup = "/web", .processes = {}}), 0U)
      << "12 is of whoever was named in the lines that were lost";
  EXPECT_EQ(log_->UnclaimedKills({.cgroup = "/db", .processes = {12}}), 1U);
  begins("/web", 13);
  kills(13);
  EXPECT_EQ(log_->UnclaimedKills({.cgroup = "/web", .processes = {}}), 1U);
}

}  // namespace
}  // namespace headroom
