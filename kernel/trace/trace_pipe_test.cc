#include "kernel/trace/trace_pipe.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

namespace headroom {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
    trace.emplace(UniqueFd(ends[0]));
    writer.Reset(ends[1]);
  }
  void Write(const std::string& text) const {
    ASSERT_EQ(write(writer.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::vector<TracedSignal> Drain(std::chrono::nanoseconds within = std::chrono::hours(1)) {
    std::vector<TracedSignal> signals;
    const auto drained = trace->Drain(
        [&](const TraceEvent& event) {
          if (const auto* signal = std::get_if<TracedSignal>(&event)) signals.push_back(*signal);
        },
        NowBoot() + within);
    EXPECT_TRUE(drained.has_value());
    return signals;
  }
  std::optional<TracePipe> trace;
  UniqueFd writer;
};

std::string Line(const std::string& sender, int pid, const std::string& target) {
  return sender + "-" + std::to_string(pid) +
         " [000] d..1. 12.345678: signal_generate: sig=9 errno=0 code=0 comm=" + target +
         " pid=513 grp=1 res=0\n";
}

TEST(TracePipe, EmptyIsNoEventAndNoError) {
  Pipe pipe;
  EXPECT_TRUE(pipe.Drain().empty());
}

TEST(TracePipe, ALineThatComesInTwoPiecesIsOne) {
  Pipe pipe;
  const std::string line = Line("runc", 505, "sh");
  pipe.Write(Line("crun", 404, "sh") + line.substr(0, 30));
  ASSERT_EQ(pipe.Drain().size(), 1U);
  pipe.Write(line.substr(30));
  const auto signals = pipe.Drain();
  ASSERT_EQ(signals.size(), 1U);
  EXPECT_EQ(signals[0].sender, 505);
}

TEST(TracePipe, LostEventsAreCountedAndTheRestIsRead) {
  Pipe pipe;
  pipe.Write("CPU:0 [LOST 12 EVENTS]\n" + Line("runc", 505, "sh") + "CPU:1 [LOST 2 EVENTS]\n");
  EXPECT_EQ(pipe.Drain().size(), 1U);
  EXPECT_EQ(pipe.trace->lost(), 14U);
}

TEST(TracePipe, ALineEndInANameHidesNoSignal) {
  Pipe pipe;
  pipe.Write(Line("x", 1, "a\nb") + Line("runc", 505, "sh") + Line("c\n\nd", 7, "sh"));
  const auto signals = pipe.Drain();
  ASSERT_EQ(signals.size(), 3U);
  EXPECT_EQ(signals[0].target_comm, "a\nb");
  EXPECT_EQ(signals[1].sender_comm, "runc");
  EXPECT_EQ(signals[2].sender, 7);
}

TEST(TracePipe, GarbageWithoutEndIsDroppedAndReadingGoesOn) {
  Pipe pipe;
  pipe.Write(std::string(20000, 'x'));
  EXPECT_TRUE(pipe.Drain().empty());
  pipe.Write("\n" + Line("runc", 505, "sh"));
  EXPECT_EQ(pipe.Drain().size(), 1U);
}

TEST(TracePipe, StopsAtItsDeadlineAndGoesOnWhereItStopped) {
  Pipe pipe;
  pipe.Write(Line("a", 1, "sh") + Line("b", 2, "sh") + Line("c", 3, "sh"));
  const auto none = -std::chrono::seconds(1);
  ASSERT_EQ(pipe.Drain(none).size(), 1U) << "one at least, or it would never end";
  EXPECT_TRUE(pipe.trace->pending());
  const auto rest = pipe.Drain();
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(rest[0].sender, 2);
  EXPECT_FALSE(pipe.trace->pending());
}

}  // namespace
}  // namespace headroom
