#include <gtest/gtest.h>

#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/said.h"

namespace headroom {
namespace {

using namespace testing_evidence;

std::string WithInvoker(std::string log, int pid) {
  const std::size_t end = log.find('\n') + 1;
  return log.insert(end, "4,700,1000000000,-;CPU: 0 PID: " + std::to_string(pid) +
                             " Comm: eat Not tainted 6.1.0\n");
}

TEST(Trigger, AtTheContainersOwnLimitIsSaidOnlyWhereItIsAnotherProcess) {
  const auto said = [](int invoker) {
    EvidenceBuilder builder;
    builder.Record(OwnLimitIncident())
        .File("kernel/oom.log", WithInvoker(OomLog({}), invoker))
        .Record(Processes({Process(kInit, "eat", 9000), Process(77, "small", 200)}));
    return AllSaid(builder, "trigger");
  };
  EXPECT_EQ(said(77), "asked for the last page: pid 77 eat\n");
  EXPECT_EQ(said(kInit), "");
  EXPECT_EQ(said(4444), "") << "a thread of whoever: nobody knows";
}

EvidenceBuilder WithOther(std::int64_t adjustment, std::uint64_t kb) {
  ProcessRow other = Process(77, "hog", kb);
  other.oom_score_adj = adjustment;
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", OomLog({}))
      .Record(Processes({Process(kInit, "eat", 9000), other}));
  return builder;
}

TEST(Spared, WhoHeldMoreAndWasSparedByItsScoreIsNamedOnce) {
  const EvidenceBuilder builder = WithOther(-900, 50000);
  EXPECT_TRUE(Holds(AllSaid(builder, "victim"),
                    "chosen although pid 77 hog, 48.8 MiB resident at the snapshot, held more: "
                    "that one has oom_score_adj -900"))
      << AllSaid(builder, "victim");
  EXPECT_FALSE(Holds(AllSaid(builder, "held by"), "pid 77 hog"));
}

TEST(Spared, WhoIsExemptIsSaidToBe) {
  EXPECT_TRUE(Holds(AllSaid(WithOther(-1000, 50000), "victim"), "that one is exempt"));
}

TEST(Spared, IsNobodyWhoHeldNoMoreOrHadNoLowerScore) {
  EXPECT_FALSE(Holds(AllSaid(WithOther(-900, 9001), "victim"), "chosen although"));
  EXPECT_FALSE(Holds(AllSaid(WithOther(0, 50000), "victim"), "chosen although"));
  EXPECT_TRUE(Holds(AllSaid(WithOther(0, 50000), "held by"), "pid 77 hog"));
}

/// Of the host's memory the kernel's table has every process of the machine.
TEST(Spared, IsReadFromTheKernelsTable) {
  std::string log = OomLog({});
  const std::size_t at = log.find("oom-kill:constraint");
  const std::size_t line = log.rfind('\n', at) + 1;
  log.insert(line,
             "6,700,1000000000,-;[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents "
             "oom_score_adj name\n"
             "6,700,1000000000,-;[   4321]     0  4321    22500    15001    40000        0        "
             "     0 eat\n"
             "6,700,1000000000,-;[    300]     0   300   225000   200000    40000        0        "
             " -1000 hog\n");
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident()).File("kernel/oom.log", log);
  EXPECT_TRUE(Holds(AllSaid(builder, "victim"),
                    "chosen although pid 300 hog, 781 MiB resident, held more: that one is exempt"))
      << AllSaid(builder, "victim");
}

}  // namespace
}  // namespace headroom
