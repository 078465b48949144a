#include "kernel/kmsg/record.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/testing/faults.h"

namespace headroom {
namespace {

TEST(KmsgRecord, ReadsItsHeadAndText) {
  const auto record = ParseKmsgRecord("6,1528,115457151,-;memory: usage 1kB; x\n").value();
  EXPECT_EQ(record.priority, 6U);
  EXPECT_EQ(record.sequence, 1528U);
  EXPECT_EQ(record.since_boot, std::chrono::microseconds(115457151));
  EXPECT_EQ(record.text, "memory: usage 1kB; x");
  EXPECT_TRUE(record.FromKernel());
}

TEST(KmsgRecord, KeepsContinuationLinesInTheRawTextOnly) {
  const std::string raw = "6,1,2,-;text\n SUBSYSTEM=cpu\n DEVICE=+cpu:0\n";
  const auto record = ParseKmsgRecord(raw).value();
  EXPECT_EQ(record.text, "text");
  EXPECT_EQ(record.raw, raw);
}

TEST(KmsgRecord, UndoesEscapes) {
  EXPECT_EQ(ParseKmsgRecord("6,1,2,-;a 1\\x0ab 2\\x5cx\\x1b").value().text, "a 1\nb 2\\x\x1b");
  EXPECT_EQ(ParseKmsgRecord("6,1,2,-;\\x\\x0\\xzz\\").value().text, "\\x\\x0\\xzz\\")
      << "what the kernel never writes stays as it is";
}

TEST(KmsgRecord, TakesHeadsOfOlderAndNewerKernels) {
  EXPECT_EQ(ParseKmsgRecord("6,1,2;old").value().text, "old");
  EXPECT_EQ(ParseKmsgRecord("6,1,2,-,caller=T12,more=x;new").value().text, "new");
}

TEST(KmsgRecord, KnowsWhatAProcessWrote) {
  EXPECT_FALSE(ParseKmsgRecord("12,1,2,-;Killed process 1 (x)").value().FromKernel());
  EXPECT_FALSE(ParseKmsgRecord("30,1,2,-;systemd[1]: x").value().FromKernel());
}

TEST(KmsgRecord, RefusesEverythingElse) {
  for (const char* bad :
       {"", ";", "6;x", "6,1;x", "6,1,2,-", "x,1,2,-;t", "6,x,2,-;t", "6,1,-2,-;t",
        "4294967296,1,2,-;t", "6,1,9223372036854775808,-;t", "6,1,2,-\n;t", " DEVICE=x"}) {
    EXPECT_EQ(ParseKmsgRecord(bad).error().code, ErrorCode::kMalformed) << bad;
  }
}

/// A socket gives one message a read, as /dev/kmsg gives one record.
class KmsgReaderTest : public testing::Test {
 protected:
  KmsgReaderTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()),
              0);
    kernel_.Reset(ends[0]);
    reader_.emplace(KmsgReader::FromDescriptor(UniqueFd(ends[1])));
  }
  void Say(const std::string& raw) {
    ASSERT_EQ(write(kernel_.get(), raw.data(), raw.size()), static_cast<ssize_t>(raw.size()));
  }
  UniqueFd kernel_;
  std::optional<KmsgReader> reader_;
};

TEST_F(KmsgReaderTest, GivesRecordsInOrderAndThenNone) {
  Say("6,1,2,-;one\n");
  Say("6,2,3,-;two\n");
  EXPECT_EQ(reader_->Next().value()->text, "one");
  EXPECT_EQ(reader_->Next().value()->text, "two");
  EXPECT_EQ(reader_->Next().value(), std::nullopt);
}

TEST_F(KmsgReaderTest, PassesOverWhatIsNoRecord) {
  Say("nonsense");
  Say("6,2,3,-;two\n");
  EXPECT_EQ(reader_->Next().value()->sequence, 2U);
  EXPECT_EQ(reader_->overruns(), 0U);
}

/// read(2) of /dev/kmsg fails with EPIPE where records were overwritten before they were read, and
/// goes on behind the gap.
TEST_F(KmsgReaderTest, CountsAnOverrunAndReadsOnBehindIt) {
  Say("6,1,2,-;one\n");
  Say("6,900,3,-;after the gap\n");
  EXPECT_EQ(reader_->Next().value()->text, "one");
  {
    const FaultPlan overwritten(0, Fault::kFails, EPIPE);
    EXPECT_EQ(reader_->Next().value()->text, "after the gap");
    EXPECT_STREQ(overwritten.struck(), "read");
  }
  EXPECT_EQ(reader_->overruns(), 1U);
  EXPECT_EQ(reader_->Next().value(), std::nullopt);
}

TEST_F(KmsgReaderTest, AnOverrunWithNothingBehindItIsCountedToo) {
  const FaultPlan overwritten(0, Fault::kFails, EPIPE);
  EXPECT_EQ(reader_->Next().value(), std::nullopt);
  EXPECT_EQ(reader_->overruns(), 1U);
}

TEST_F(KmsgReaderTest, ASignalIsNoOverrun) {
  Say("6,1,2,-;one\n");
  const FaultPlan interrupted(0, Fault::kFails, EINTR);
  EXPECT_EQ(reader_->Next().value()->text, "one");
  EXPECT_EQ(reader_->overruns(), 0U);
}

TEST_F(KmsgReaderTest, TellsOfAFailureToRead) {
  auto closed = KmsgReader::FromDescriptor(UniqueFd());
  EXPECT_EQ(closed.Next().error().code, ErrorCode::kSystem);
}

}  // namespace
}  // namespace headroom
