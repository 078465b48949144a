#include "kernel/trace/trace_instance.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/testing/temporary_directory.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

bool IsThere(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

TEST(TraceInstance, WithoutTracefsSaysSo) {
  const TemporaryDirectory empty;
  const auto instance = TraceInstance::Create({}, empty.path());
  ASSERT_FALSE(instance.has_value());
  EXPECT_EQ(instance.error().code, ErrorCode::kNotFound);
  EXPECT_NE(instance.error().Message().find("mount -t tracefs"), std::string::npos);
  EXPECT_FALSE(TraceInstance::Create({}, "").has_value());
}

TEST(TraceInstance, ThatCannotBeSetUpLeavesNothingBehind) {
  const TemporaryDirectory tracefs;
  ASSERT_EQ(mkdir((tracefs.path() + "/instances").c_str(), 0700), 0);
  const auto instance = TraceInstance::Create({}, tracefs.path());
  ASSERT_FALSE(instance.has_value()) << "a plain directory has no trace_clock";
  const auto self = ReadProcessStat({}, getpid());
  ASSERT_TRUE(self.has_value());
  EXPECT_FALSE(IsThere(fmt::format("{}/instances/headroom-{}-{}", tracefs.path(), self->id.pid,
                                   self->id.start_ticks)));
}

TEST(TraceInstance, HasABufferOfTwoMebibytesInAllWithinReason) {
  EXPECT_EQ(TraceKilobytesPerCpu(1), 256);
  EXPECT_EQ(TraceKilobytesPerCpu(2), 256);
  EXPECT_EQ(TraceKilobytesPerCpu(16), 128);
  EXPECT_EQ(TraceKilobytesPerCpu(128), 16);
  EXPECT_EQ(TraceKilobytesPerCpu(1024), 16);
  EXPECT_EQ(TraceKilobytesPerCpu(-1), 256) << "not known is taken for one";
}

TEST(TraceInstance, OfAProcessThatIsGoneIsRemovedAndNoOther) {
  const TemporaryDirectory tracefs;
  const auto self = ReadProcessStat({}, getpid());
  ASSERT_TRUE(self.has_value());
  const auto make = [&](const std::string& name) {
    (void)mkdir((tracefs.path() + "/instances").c_str(), 0700);
    std::string path = tracefs.path() + "/instances/" + name;
    EXPECT_EQ(mkdir(path.c_str(), 0700), 0);
    return path;
  };
  const std::string alive = make(fmt::format("headroom-{}-{}", self->id.pid, self->id.start_ticks));
  const std::string reused =
      make(fmt::format("headroom-{}-{}", self->id.pid, self->id.start_ticks + 1));
  const std::string gone = make("headroom-4194304-5");
  const std::string foreign = make("headroom-tools");
  const std::string other = make("bpftrace-7-7");
  RemoveStaleInstances({}, tracefs.path());
  EXPECT_TRUE(IsThere(alive));
  EXPECT_TRUE(IsThere(foreign));
  EXPECT_TRUE(IsThere(other));
  EXPECT_FALSE(IsThere(reused));
  EXPECT_FALSE(IsThere(gone));
}

TEST(LostEvents, AreThoseOfAllProcessorsAndNotKnownWhereOneDoesNotTell) {
  const TemporaryDirectory instance;
  EXPECT_EQ(ReadLostEvents(instance.path()), std::nullopt);
  instance.Write("per_cpu/cpu0/stats",
                 "entries: 4\noverrun: 0\ncommit overrun: 0\ndropped events: 250\n"
                 "read events: 9\n");
  EXPECT_EQ(ReadLostEvents(instance.path()), 250U);
  instance.Write("per_cpu/cpu1/stats", "overrun: 7\ncommit overrun: 1\ndropped events: 2\n");
  EXPECT_EQ(ReadLostEvents(instance.path()), 260U);
  instance.Write("per_cpu/cpu2/stats", "garbage");
  EXPECT_EQ(ReadLostEvents(instance.path()), std::nullopt);
}

}  // namespace
}  // namespace headroom
