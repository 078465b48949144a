#include "kernel/proc/process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

/// Fields 3 to 52 as proc(5) numbers them, with the ones that matter set.
std::string StatText(const std::string& head, const std::string& state, const std::string& exit) {
  std::string text = head + " " + state + " 17";
  for (int field = 5; field <= 51; ++field) text += field == 22 ? " 123456" : " 0";
  return text + " " + exit + "\n";
}

TEST(ProcessStat, ReadsIdentityNameAndParent) {
  const auto stat = ParseProcessStat(StatText("4321 (python3)", "S", "0")).value();
  EXPECT_EQ(stat.id, (ProcessId{.pid = 4321, .start_ticks = 123456}));
  EXPECT_EQ(stat.comm, "python3");
  EXPECT_EQ(stat.state, 'S');
  EXPECT_EQ(stat.parent, 17);
  EXPECT_EQ(stat.exit_code, std::nullopt);
}

TEST(ProcessStat, NameEndsAtTheLastParenthesis) {
  for (const std::string name : {"a b", ")", ") S 1 1", "(x)", "", "a\nb", "\x1b[2J"}) {
    const auto stat = ParseProcessStat(StatText("7 (" + name + ")", "R", "0"));
    ASSERT_TRUE(stat.has_value()) << name;
    EXPECT_EQ(stat->comm, name);
    EXPECT_EQ(stat->state, 'R');
  }
}

TEST(ProcessStat, ExitCodeIsThatOfAnEndedProcessOnly) {
  EXPECT_EQ(ParseProcessStat(StatText("7 (x)", "Z", "9")).value().exit_code, 9);
  EXPECT_EQ(ParseProcessStat(StatText("7 (x)", "X", "256")).value().exit_code, 256);
  EXPECT_EQ(ParseProcessStat(StatText("7 (x)", "t", "5")).value().exit_code, std::nullopt)
      << "a traced process has its stop signal there";
  EXPECT_EQ(ParseProcessStat(StatText("7 (x)", "Z", "0")).value().exit_code, std::nullopt)
      << "also what a reader without access is shown";
}

TEST(ProcessStat, RefusesWhatIsCutOrBroken) {
  const std::string whole = StatText("4321 (x)", "S", "0");
  for (const std::string bad : {"", "4321", "4321 (x", "4321 (x)", "4321 (x) S", "x (x) S 1", ") (",
                                "4321 (x) SS 1 2 3 4"}) {
    EXPECT_EQ(ParseProcessStat(bad).error().code, ErrorCode::kMalformed) << bad;
  }
  EXPECT_FALSE(ParseProcessStat("0" + whole.substr(4)).has_value()) << "no process has number 0";
}

TEST(ProcessStat, IsReadOfOneself) {
  const auto stat = ReadProcessStat(HostView{}, getpid());
  ASSERT_TRUE(stat.has_value()) << stat.error().Message();
  EXPECT_EQ(stat->id.pid, getpid());
  EXPECT_EQ(stat->parent, getppid());
  EXPECT_GT(stat->id.start_ticks, 0U);
}

constexpr const char* kStatusText =
    "Name:\tinit\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t232\nPid:\t232\n"
    "Uid:\t1000\t0\t0\t0\nVmRSS:\t   41540 kB\nRssAnon:\t   40992 kB\nRssFile:\t       0 kB\n"
    "RssShmem:\t     548 kB\nVmPTE:\t     128 kB\nVmSwap:\t      12 kB\nThreads:\t3\n";

TEST(ProcessStatus, ReadsWhatItNeeds) {
  const auto status = ParseProcessStatus(kStatusText).value();
  EXPECT_EQ(status.name, "init");
  EXPECT_EQ(status.tgid, 232);
  EXPECT_EQ(status.uid, 1000U) << "the real one";
  EXPECT_EQ(status.threads, 3U);
  EXPECT_EQ(status.vm_rss, Kibibytes(41540));
  EXPECT_EQ(status.rss_anon, Kibibytes(40992));
  EXPECT_EQ(status.rss_file, Bytes{0});
  EXPECT_EQ(status.rss_shmem, Kibibytes(548));
  EXPECT_EQ(status.vm_swap, Kibibytes(12));
  EXPECT_EQ(status.vm_pte, Kibibytes(128));
}

TEST(ProcessStatus, AZombieHasNoMemoryRatherThanNone) {
  const auto status = ParseProcessStatus("Name:\tx\nState:\tZ (zombie)\nThreads:\t1\n").value();
  EXPECT_EQ(status.vm_rss, std::nullopt);
  EXPECT_EQ(status.rss_anon, std::nullopt);
}

TEST(ProcessStatus, RefusesTextWithoutANameAndBadNumbers) {
  EXPECT_EQ(ParseProcessStatus("").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(ParseProcessStatus("Threads:\t1\n").error().code, ErrorCode::kMalformed);
  for (const char* bad : {"VmRSS:\t12\n", "VmRSS:\t12 MB\n", "VmRSS:\t-1 kB\n", "VmRSS:\t kB\n",
                          "VmRSS:\n", "Uid:\t\n", "Threads:\tmany\n"}) {
    const auto status = ParseProcessStatus(std::string("Name:\tx\n") + bad);
    ASSERT_FALSE(status.has_value()) << bad;
    EXPECT_EQ(status.error().where, "status:2");
  }
}

TEST(ProcessStatus, OfOneselfIsUnderstood) {
  const auto text = ReadProcessFile(HostView{}, getpid(), "status", 65536).value();
  const auto status = ParseProcessStatus(text).value();
  EXPECT_EQ(status.tgid, getpid());
  EXPECT_GT(status.vm_rss, Bytes{0});
}

TEST(ProcessCgroup, FindsTheUnifiedPath) {
  const auto cgroup = ParseProcessCgroup("0::/system.slice/x.scope/container\n").value();
  EXPECT_EQ(cgroup.v2, "/system.slice/x.scope/container");
  EXPECT_EQ(cgroup.v1_memory, std::nullopt);
}

TEST(ProcessCgroup, FindsTheMemoryHierarchyAmongOthers) {
  const auto cgroup =
      ParseProcessCgroup("12:cpu,cpuacct:/a\n5:devices,memory:/lxc-7\n1:name=memory:/no\n0::/u\n")
          .value();
  EXPECT_EQ(cgroup.v1_memory, "/lxc-7");
  EXPECT_EQ(cgroup.v2, "/u");
}

TEST(ProcessCgroup, CutsTheMarkOfARemovedCgroupOff) {
  EXPECT_EQ(ParseProcessCgroup("0::/a/b (deleted)\n").value().v2, "/a/b");
}

TEST(ProcessCgroup, KeepsColonsAndBlanksOfPaths) {
  EXPECT_EQ(ParseProcessCgroup("0::/a:b/c d\n").value().v2, "/a:b/c d");
}

TEST(ProcessCgroup, RefusesTextWithoutAUsableLine) {
  for (const char* bad : {"", "\n", "0:", "0::", "0::relative\n", "3:cpu:/a\n", "x\n"}) {
    EXPECT_EQ(ParseProcessCgroup(bad).error().code, ErrorCode::kMalformed) << bad;
  }
}

class ProcessFileTest : public testing::Test {
 protected:
  ProcessFileTest() { host_.proc = tree_.path(); }
  TemporaryDirectory tree_;
  HostView host_;
};

TEST_F(ProcessFileTest, TellsAnEndedProcessFromAnAbsentFile) {
  tree_.Write("7/cgroup", "0::/a\n");
  EXPECT_EQ(ReadProcessCgroup(host_, 7).value().v2, "/a");
  const auto absent = ReadProcessFile(host_, 7, "smaps", 100);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(absent.error().where, tree_.path() + "/7/smaps");
  EXPECT_EQ(ReadProcessFile(host_, 8, "smaps", 100).error().code, ErrorCode::kGone);
}

TEST_F(ProcessFileTest, TakesNoMoreThanItWasAllowed) {
  tree_.Write("7/smaps", "0123456789");
  EXPECT_EQ(ReadProcessFile(host_, 7, "smaps", 10).value().size(), 10U);
  EXPECT_EQ(ReadProcessFile(host_, 7, "smaps", 9).error().code, ErrorCode::kTooLarge);
}

TEST_F(ProcessFileTest, ReadsTheBootIdWithoutItsLineEnd) {
  tree_.Write("sys/kernel/random/boot_id", "6c1f-ab\n");
  EXPECT_EQ(ReadBootId(host_).value(), "6c1f-ab");
  tree_.Write("sys/kernel/random/boot_id", "\n");
  EXPECT_EQ(ReadBootId(host_).error().code, ErrorCode::kMalformed);
}

TEST(Pidfd, PollsReadableWhenTheProcessHasEnded) {
  const pid_t child = fork();
  if (child == 0) _exit(3);
  ASSERT_GT(child, 0);
  const auto pidfd = OpenPidfd(child);
  ASSERT_TRUE(pidfd.has_value()) << pidfd.error().Message();
  pollfd wait{.fd = pidfd->get(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&wait, 1, 10000), 1);
  const auto zombie = ReadProcessStat(HostView{}, child);
  ASSERT_TRUE(zombie.has_value());
  EXPECT_EQ(zombie->state, 'Z');
  EXPECT_EQ(zombie->exit_code, 3 << 8);
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_EQ(OpenPidfd(child).error().code, ErrorCode::kGone);
  EXPECT_EQ(ReadProcessStat(HostView{}, child).error().code, ErrorCode::kGone);
}

}  // namespace
}  // namespace headroom
