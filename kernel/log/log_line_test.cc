#include "kernel/log/log_line.h"

#include <gtest/gtest.h>

#include <array>

namespace headroom {
namespace {

using std::chrono::microseconds;
using Origin = LogLine::Origin;

constexpr const char* kText = "Memory cgroup out of memory: Killed process 1 (a)";

struct Form {
  const char* prefix;
  const char* host;
  std::int64_t microseconds_of_day;  ///< what is left of the time in a day; -1: no time
};

constexpr std::int64_t kClock = ((14LL * 60 + 16) * 60 + 19) * 1'000'000;

TEST(LogLine, KnowsThePrefixesOfTheKernelsLinesEverywhere) {
  const auto forms = std::to_array<Form>({
      {"[   12.345678] ", "", 12'345'678},
      {"[ 1234.000001]", "", 1'234'000'001},
      {"[   12.345678][  T123] ", "", 12'345'678},
      {"[   12.345678] [T9] ", "", 12'345'678},
      {"[   12.345678 <    0.000012>] ", "", 12'345'678},
      {"[  +0.000012] ", "", -1},
      {"[Mon Nov 23 14:16:19 2026] ", "", kClock},
      {"[Nov23 14:16] ", "", kClock - 19'000'000},
      {"kern  :warn  : [   12.345678] ", "", 12'345'678},
      {"kern  :err   : [Mon Nov 23 14:16:19 2026] ", "", kClock},
      {"<4>[   12.345678] ", "", 12'345'678},
      {"<4>", "", -1},
      {"kernel: ", "", -1},
      {"2026-11-23T14:16:19,123456+00:00 ", "", kClock + 123'456},
      {"Nov 23 14:16:19 box kernel: ", "box", kClock},
      {"Nov  3 14:16:19 box kernel: [   12.345678] ", "box", 12'345'678},
      {"Nov 23 2026 14:16:19 box kernel: ", "box", kClock},
      {"Nov 23 14:16:19.123456 box kernel: ", "box", kClock + 123'456},
      {"Nov 23 14:16:19 box kern.warn kernel: [   12.345678] ", "box", 12'345'678},
      {"<4>Nov 23 14:16:19 box kernel: ", "box", kClock},
      {"Nov 23 14:16:19 kernel: ", "", kClock},
      {"Mon Nov 23 14:16:19 2026 kern.err kernel: [   12.345678] ", "", 12'345'678},
      {"2026-11-23T14:16:19.123456+00:00 box kernel: ", "box", kClock + 123'456},
      {"2026-11-23T14:16:19+0000 box kernel: ", "box", kClock},
      {"2026-11-23T14:16:19Z box kernel: [ 12.345678] ", "box", 12'345'678},
      {"2026-11-23 14:16:19 box kernel: ", "box", kClock},
      {"Mon 2026-11-23 14:16:19 UTC box kernel: ", "box", kClock},
      {"1795443379.123456 box kernel: ", "box", kClock + 123'456},
      {"[  123.456789] box kernel: ", "box", 123'456'789},
      {"<4>1 2026-11-23T14:16:19.123456+00:00 box kernel - - - ", "box", kClock + 123'456},
      {"<4>1 2026-11-23T14:16:19Z box kernel - - [a@1 b=\"c\"] ", "box", kClock},
      {"[<    0.000012>] ", "", -1},
      {"[Mon Nov 23 14:16:19 2026 <    0.000012>] ", "", kClock},
      {"[Mo Okt 12 14:16:19 2026] ", "", kClock},
      {"Okt 12 14:16:19 box kernel: ", "box", kClock},
      {"d\u00e9c. 12 14:16:19 box kernel: ", "box", kClock},
      {"Aug  1 14:16:19 box user.err kernel: ", "box", kClock},
      {"\x1b[32m[   12.345678] \x1b[0m", "", 12'345'678},
      {"\xEF\xBB\xBF[   12.345678] ", "", 12'345'678},
      {"> [   12.345678] ", "", 12'345'678},
      {"> > Nov 23 14:16:19 box kernel: ", "box", kClock},
      {"\t    [   12.345678] ", "", 12'345'678},
  });
  for (const Form& form : forms) {
    const LogLine line = ParseLogLine(std::string(form.prefix) + kText + "\r");
    EXPECT_EQ(line.origin, Origin::kKernel) << form.prefix;
    EXPECT_EQ(line.text, kText) << form.prefix;
    EXPECT_EQ(line.host, form.host) << form.prefix;
    ASSERT_EQ(line.time.has_value(), form.microseconds_of_day >= 0) << form.prefix;
    if (line.time) {
      EXPECT_EQ(line.time->count() % 86'400'000'000, form.microseconds_of_day) << form.prefix;
    }
  }
}

TEST(LogLine, WhatAProcessWroteIsNotTheKernels) {
  for (const char* prefix :
       {"Nov 23 14:16:19 box app: ", "Nov 23 14:16:19 box app[12]: ",
        "2026-11-23T14:16:19.123456+00:00 box app[12]: ", "Nov 23 14:16:19 box kernel[x] y: ",
        "Nov 23 14:16:19 box kernels: ", "Nov 23 14:16:19 box ", "<12>[   12.345678] ",
        "<12>Nov 23 14:16:19 box app: ", "<12>Nov 23 14:16:19 box kernel: ",
        "user  :warn  : [   12.345678] ", "<4>1 2026-11-23T14:16:19Z box app 12 - - ",
        "[  123.456789] box app[12]: ", "12,100,5,-;", "2026-11-23 14:16:20,456 ",
        "2026-11-23T14:16:20,456 ", "2026-11-23T14:16:20,456Z "}) {
    EXPECT_EQ(ParseLogLine(std::string(prefix) + kText).origin, Origin::kOther) << prefix;
  }
}

TEST(LogLine, ReadsRawKmsg) {
  const LogLine line = ParseLogLine("4,365,4094366,-,caller=T12;a\\x0ab \\x5c");
  EXPECT_EQ(line.origin, Origin::kKernel);
  EXPECT_EQ(line.text, "a\nb \\");
  EXPECT_EQ(line.time, microseconds(4'094'366));
}

TEST(LogLine, ReadsJournaldsJson) {
  const LogLine line = ParseLogLine(
      R"({"MESSAGE":"x \"y\"","_TRANSPORT":"kernel","__REALTIME_TIMESTAMP":"1795443379123456",)"
      R"("_SOURCE_MONOTONIC_TIMESTAMP":"12345678","_HOSTNAME":"box","SYSLOG_IDENTIFIER":"kernel"})");
  EXPECT_EQ(line.origin, Origin::kKernel);
  EXPECT_EQ(line.text, "x \"y\"");
  EXPECT_EQ(line.time, microseconds(12'345'678));
  EXPECT_EQ(line.host, "box");
  EXPECT_EQ(ParseLogLine(R"({"MESSAGE":[75,255,10],"_TRANSPORT":"kernel"})").text, "K\xff\n");
  EXPECT_EQ(ParseLogLine(R"({"MESSAGE":"x","SYSLOG_IDENTIFIER":"kernel"})").origin,
            Origin::kKernel);
  EXPECT_EQ(
      ParseLogLine(R"({"MESSAGE":"x","_TRANSPORT":"syslog","SYSLOG_IDENTIFIER":"kernel"})").origin,
      Origin::kOther)
      << "anybody may call himself kernel";
  EXPECT_EQ(
      ParseLogLine(
          R"({"MESSAGE":"x","_TRANSPORT":"kernel","SYSLOG_IDENTIFIER":"kernel","SYSLOG_FACILITY":"0"})")
          .origin,
      Origin::kKernel);
  EXPECT_EQ(ParseLogLine(R"({"MESSAGE":[1,2,-3],"_TRANSPORT":"kernel"})").text, "");
  EXPECT_EQ(ParseLogLine(R"({"MESSAGE":null,"_TRANSPORT":"kernel"})").text, "");
  EXPECT_EQ(ParseLogLine(R"({"MESSAGE":"x")").origin, Origin::kUnmarked) << "cut";
}

TEST(LogLine, WhatAProcessWroteToKmsgIsNotTheKernelsInJournaldsJsonEither) {
  // journald reads both from /dev/kmsg; the facility alone tells who wrote, and the identifier is
  // the first word of what a process wrote.
  for (
      const char* line :
      {R"({"MESSAGE":"x","_TRANSPORT":"kernel","SYSLOG_FACILITY":"1"})",
       R"({"MESSAGE":"x","_TRANSPORT":"kernel","SYSLOG_FACILITY":"1","SYSLOG_IDENTIFIER":"kernel"})",
       R"({"MESSAGE":"x","SYSLOG_FACILITY":"3","SYSLOG_IDENTIFIER":"kernel"})",
       R"({"MESSAGE":"x","_TRANSPORT":"kernel","SYSLOG_FACILITY":"no number"})"}) {
    EXPECT_EQ(ParseLogLine(line).origin, Origin::kOther) << line;
  }
}

TEST(LogLine, BareTextKeepsItsBlanks) {
  for (const char* text :
       {"Memory cgroup out of memory: Killed process 1 (a)", " killed as a result of limit of /a",
        "[     87]     0    87     8749     8310   102400        0             0 init",
        "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
        "memory: usage 32768kB, limit 32768kB, failcnt 38", "", " ", "2026", "Nov", "[", "<4",
        "00:03: ttyS0 at I/O 0x3f8 (irq = 4, base_baud = 115200) is a 16550A", "user: warn: x",
        "init invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0"}) {
    const LogLine line = ParseLogLine(text);
    EXPECT_EQ(line.origin, Origin::kUnmarked) << text;
    EXPECT_EQ(line.text, text);
  }
}

TEST(LogLine, APrefixAloneIsALineWithoutText) {
  for (const char* prefix :
       {"Nov 23 14:16:19 box kernel:", "[   12.345678]", "> [   12.345678] "}) {
    const LogLine line = ParseLogLine(prefix);
    EXPECT_EQ(line.origin, Origin::kKernel) << prefix;
    EXPECT_EQ(line.text, "") << prefix;
  }
}

}  // namespace
}  // namespace headroom
