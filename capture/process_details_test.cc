#include "capture/process_details.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

std::string In(int pid, const char* file) { return fmt::format("proc/{}/{}", pid, file); }

LiveProcesses InitOf(char state = 'S') {
  LiveProcesses live;
  LiveProcess process;
  process.row.id = {.pid = FakeHost::kInit, .start_ticks = FakeHost::kInitStart};
  process.row.state = std::string(1, state);
  live.processes.push_back(std::move(process));
  return live;
}

void Detail(const FakeHost& host, LiveProcesses& live, BootTime deadline,
            Nodes nodes = Nodes::kOfLargest) {
  const HostView view = host.view();
  SharedCensus census(view);
  AddDetails(view, live, census, nodes, deadline);
}

TEST(ProcessDetails, AreReadFromTheProcess) {
  const FakeHost host;
  host.Write(In(FakeHost::kInit, "oom_score"), "667\n");
  host.Write(In(FakeHost::kInit, "fd/0"), "");
  LiveProcesses live = InitOf();
  Detail(host, live, NowBoot() + 10s);
  const ProcessRow& row = live.processes[0].row;
  EXPECT_EQ(row.oom_score, 667U);
  EXPECT_EQ(row.limit_memlock, Limit(Mebibytes(8)));
  EXPECT_EQ(row.limit_as, std::nullopt);
  EXPECT_EQ(row.fds, 1U);
  EXPECT_TRUE(row.wchan.empty());
  EXPECT_TRUE(row.numa.empty());
}

TEST(ProcessDetails, AnotherProcessThatGotTheNumberGetsNone) {
  const FakeHost host;
  host.Write(In(FakeHost::kInit, "oom_score"), "667\n");
  LiveProcesses live = InitOf();
  live.processes[0].row.id.start_ticks = 1;
  Detail(host, live, NowBoot() + 10s);
  EXPECT_EQ(live.processes[0].row.oom_score, std::nullopt);
}

TEST(ProcessDetails, WhatItWaitsForIsSaidOnlyWhileItDoes) {
  const FakeHost host;
  host.Write(In(FakeHost::kInit, "wchan"), "folio_wait_bit_common");
  LiveProcesses live = InitOf('D');
  Detail(host, live, NowBoot() + 10s);
  EXPECT_EQ(live.processes[0].row.wchan, "") << "it runs again";
  host.AddProcess(FakeHost::kInit, "eat", 1, FakeHost::kInitStart, FakeHost::kCgroup, 'D');
  Detail(host, live, NowBoot() + 10s);
  EXPECT_EQ(live.processes[0].row.wchan, "folio_wait_bit_common");
  host.Write(In(FakeHost::kInit, "wchan"), "0");
  live = InitOf('D');
  Detail(host, live, NowBoot() + 10s);
  EXPECT_EQ(live.processes[0].row.wchan, "") << "0 is no function";
}

TEST(ProcessDetails, NodesAreReadWhereThereIsMoreThanOne) {
  const FakeHost host;
  host.Write(In(FakeHost::kInit, "numa_maps"),
             "7f0000000000 default anon=3 N0=1 N1=2 kernelpagesize_kB=4\n");
  LiveProcesses live = InitOf();
  live.processes[0].status_text = "Name:\teat\nMems_allowed_list:\t0\n";
  Detail(host, live, NowBoot() + 10s);
  EXPECT_TRUE(live.processes[0].row.numa.empty());
  live.processes[0].status_text = "Name:\teat\nMems_allowed_list:\t0-1\n";
  Detail(host, live, NowBoot() + 10s, Nodes::kNo);
  EXPECT_TRUE(live.processes[0].row.numa.empty()) << "the walk was not asked for";
  Detail(host, live, NowBoot() + 10s);
  ASSERT_EQ(live.processes[0].row.numa.size(), 2U);
  EXPECT_EQ(live.processes[0].row.numa[1], (NodeBytes{.node = 1, .bytes = Kibibytes(8)}));
}

TEST(ProcessDetails, EndAtTheirDeadline) {
  const FakeHost host;
  host.Write(In(FakeHost::kInit, "oom_score"), "667\n");
  LiveProcesses live = InitOf();
  Detail(host, live, NowBoot() - 1s);
  EXPECT_EQ(live.processes[0].row.oom_score, std::nullopt);
}

constexpr const char* kMap =
    "10000000-10200000 rw-p 00000000 00:00 0\nRss: 100 kB\nPss: 60 kB\nPrivate_Clean: 1 kB\n"
    "Private_Dirty: 20 kB\nSwapPss: 5 kB\nVmFlags: rd\n"
    "20000000-20200000 rw-p 00000000 00:00 0\nRss: 100 kB\nPss: 40 kB\nPrivate_Clean: 0 kB\n"
    "Private_Dirty: 30 kB\nSwapPss: 0 kB\nVmFlags: rd\n";

TEST(ProcessTotals, AreAddedUpFromAWholeMap) {
  const HostView host;
  SharedCensus census(host);
  ProcessRow row;
  AddSmapsTotals(kMap, true, row, census);
  EXPECT_EQ(row.pss, Kibibytes(100));
  EXPECT_EQ(row.uss, Kibibytes(51));
  EXPECT_EQ(row.swap_pss, Kibibytes(5));
}

TEST(ProcessTotals, OfAMapThatIsCutTornOrOldAreNotKnown) {
  const HostView host;
  SharedCensus census(host);
  ProcessRow row;
  AddSmapsTotals(std::string(kMap).substr(0, 200), true, row, census);
  AddSmapsTotals(kMap, false, row, census);
  AddSmapsTotals("", true, row, census);
  AddSmapsTotals("nonsense\n", true, row, census);
  EXPECT_EQ(row.pss, std::nullopt);
  EXPECT_EQ(row.uss, std::nullopt);
}

TEST(ProcessTotals, ComeFromTheRollupAsWell) {
  ProcessRow row;
  AddRollupTotals(
      "10000000-20200000 ---p 00000000 00:00 0 [rollup]\nRss: 9 kB\nPss: 8 kB\n"
      "Private_Clean: 1 kB\nPrivate_Dirty: 2 kB\nSwapPss: 3 kB\n",
      row);
  EXPECT_EQ(row.pss, Kibibytes(8));
  EXPECT_EQ(row.uss, Kibibytes(3));
  EXPECT_EQ(row.swap_pss, Kibibytes(3));
  ProcessRow other;
  AddRollupTotals("nonsense", other);
  EXPECT_EQ(other.pss, std::nullopt);
}

}  // namespace
}  // namespace headroom
