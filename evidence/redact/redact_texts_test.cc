#include <gtest/gtest.h>

#include "evidence/kept_log.h"
#include "evidence/kubelet_line.h"
#include "evidence/kubelet_log.h"
#include "evidence/redact/kubelet_text.h"
#include "evidence/redact/oom_text.h"
#include "evidence/redact/pseudonyms.h"
#include "evidence/redact/texts.h"
#include "kernel/kmsg/oom_log.h"
#include "kernel/proc/smaps.h"

namespace headroom {
namespace {

TEST(Pseudonyms, TheSameNameIsTheSameEverywhere) {
  Pseudonyms names;
  EXPECT_EQ(names.Process("java"), "process-1");
  EXPECT_EQ(names.Process("sh"), "process-2");
  EXPECT_EQ(names.Process("java"), "process-1");
  EXPECT_EQ(names.Process(""), "");
}

TEST(Pseudonyms, ACgroupKeepsWhatEveryHostHas) {
  Pseudonyms names;
  EXPECT_EQ(names.Cgroup("/system.slice/docker-3f1c9a.scope"), "/system.slice/docker-1.scope");
  EXPECT_EQ(names.Cgroup("/system.slice/docker-3f1c9a.scope/job"),
            "/system.slice/docker-1.scope/cgroup-2");
  EXPECT_EQ(names.Cgroup("/kubepods.slice/kubepods-burstable.slice/"
                         "kubepods-burstable-pod12ab.slice/cri-containerd-99.scope"),
            "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod3.slice/"
            "cri-containerd-4.scope");
  EXPECT_EQ(names.Cgroup("/"), "/");
  EXPECT_EQ(names.Cgroup(""), "");
}

TEST(Pseudonyms, ACgroupBelowAnotherStaysBelowIt) {
  Pseudonyms names;
  const std::string above = names.Cgroup("/shop/web");
  EXPECT_TRUE(names.Cgroup("/shop/web/job").starts_with(above + "/"));
}

TEST(Pseudonyms, AFileKeepsWhatKindOfMemoryItIs) {
  Pseudonyms names;
  EXPECT_EQ(names.File("/home/ann/model.bin"), "/redacted/file-1");
  EXPECT_EQ(names.File("/home/ann/model.bin (deleted)"), "/redacted/file-1 (deleted)");
  EXPECT_EQ(names.File("/dev/shm/psm_ann"), "/dev/shm/file-2");
  EXPECT_EQ(names.File("/memfd:ann (deleted)"), "/memfd:file-3 (deleted)");
  EXPECT_EQ(names.File("[anon:ann]"), "[anon:name-4]");
  EXPECT_EQ(names.File("anon_inode:[ann]"), "redacted-5");
  for (const char* kept :
       {"[heap]", "[stack]", "", "/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/bin/python3.11",
        "/lib64/ld-linux-x86-64.so.2", "/dev/zero (deleted)"}) {
    EXPECT_EQ(names.File(kept), kept);
  }
}

TEST(Pseudonyms, FilesThatOnlyBeginLikeTheSystemsAreNotTheSystems) {
  Pseudonyms names;
  EXPECT_EQ(names.File("/library/ann"), "/redacted/file-1");
  EXPECT_EQ(names.File("/usr/libertine/ann"), "/redacted/file-2");
  EXPECT_EQ(names.File("/dev/zero-of-ann"), "/redacted/file-3");
}

TEST(Pseudonyms, WhatLiesOnATmpfsBelowAFolderOfTheSystemIsNotTheSystems) {
  Pseudonyms names;
  names.HideBelow("/usr/lib/app/spool");
  names.HideBelow("/usr/bin");
  names.HideBelow("/");
  EXPECT_EQ(names.File("/usr/lib/app/spool/ann (deleted)"), "/redacted/file-1 (deleted)");
  EXPECT_EQ(names.FileOn("/usr/lib/app/spool", "/usr/lib/app/spool/ann"),
            "/redacted/mount-1/file-1");
  EXPECT_EQ(names.ProgramFile("/usr/bin/payroll"), "/redacted/file-2");
  EXPECT_EQ(names.Program("/usr/bin/runc"), "/redacted/runc");
  for (const char* kept : {"/usr/lib/app/spooler", "/usr/lib/app/libapp.so", "/usr/sbin/init"}) {
    EXPECT_EQ(names.File(kept), kept);
  }
}

TEST(Pseudonyms, WhatIsCalledAlikeOnEveryHostKeepsItsName) {
  Pseudonyms names;
  for (const char* kept :
       {"runc", "crun", "runc:[2:INIT]", "systemd-oomd", "earlyoom", "containerd-shim"}) {
    EXPECT_EQ(names.Process(kept), kept);
  }
  EXPECT_EQ(names.Process("runc:[ann]"), "process-1");
  EXPECT_EQ(names.Process("runcann"), "process-2");
  EXPECT_EQ(names.Unit("docker.service"), "docker.service");
  EXPECT_EQ(names.Unit("ann.service"), "cgroup-1.service");
  EXPECT_EQ(names.Unit("docker.ann"), "cgroup-2");
}

TEST(Pseudonyms, AProgramLosesItsPlace) {
  Pseudonyms names;
  EXPECT_EQ(names.Program(""), "");
  EXPECT_EQ(names.Program("/usr/bin/runc"), "/usr/bin/runc");
  EXPECT_EQ(names.Program("/home/ann/runc"), "/redacted/runc");
  EXPECT_EQ(names.Program("/usr/bin/payroll"), "/redacted/process-1");
  EXPECT_EQ(names.Program("/home/ann/venv/bin/python3"), "/redacted/python3");
  EXPECT_EQ(names.Program("/home/ann/pythonann"), "/redacted/python");
  EXPECT_EQ(names.Program("payroll"), "/redacted/process-1");
  EXPECT_EQ(names.ProgramFile("/usr/bin/payroll"), "/usr/bin/payroll");
  EXPECT_EQ(names.ProgramFile("/home/ann/payroll"), "/redacted/file-1");
}

TEST(RedactedSmaps, SaysTheSameOfOtherNames) {
  const std::string text =
      "00400000-00452000 r-xp 00000000 08:02 173521                             /home/ann/my "
      "model\n"
      "Size:                328 kB\nRss:                 300 kB\nVmFlags: rd ex mr \n"
      "7ffc00000000-7ffd00000000 rw-p 00000000 00:00 0 \nRss:                   4 kB\n"
      "VmFlags: rd wr \n"
      "7ffd00000000-7ffe00000000 rw-p 00000000 00:00 0                          [heap]\n"
      "Rss:                   8 kB\nVmFlags: rd wr \n";
  Pseudonyms names;
  const std::string redacted = RedactedSmaps(text, names);
  EXPECT_EQ(redacted.find("ann"), std::string::npos);
  EXPECT_EQ(redacted.find("model"), std::string::npos);
  const auto before = ParseSmaps(text).value();
  const auto after = ParseSmaps(redacted);
  ASSERT_TRUE(after) << after.error().Message();
  ASSERT_EQ(after->mappings.size(), 3U);
  EXPECT_EQ(after->TotalRss(), before.TotalRss());
  EXPECT_EQ(after->mappings[0].name, "/redacted/file-1");
  EXPECT_EQ(after->mappings[1].name, "");
  EXPECT_EQ(after->mappings[2].name, "[heap]");
}

TEST(RedactedSmaps, ALineThatIsNeitherIsLeftOut) {
  Pseudonyms names;
  EXPECT_EQ(RedactedSmaps("secret of ann\n", names), "");
  EXPECT_EQ(RedactedSmaps("not-hex r-xp 0 0 0 /home/ann\n", names), "");
}

TEST(RedactedStatus, KeepsFiguresAndLeavesMasksOut) {
  const std::string text =
      "Name:\tpayroll\nUmask:\t0022\nState:\tS (sleeping)\nVmRSS:\t  12 kB\n"
      "Cpus_allowed:\tff\nSigCgt:\t0000\nGroups:\t1000\n";
  Pseudonyms names;
  EXPECT_EQ(RedactedStatus(text, &names),
            "Name:\tprocess-1\nUmask:\t0022\nState:\tS (sleeping)\nVmRSS:\t  12 kB\n");
  EXPECT_TRUE(RedactedStatus(text, nullptr).starts_with("Name:\tpayroll\n"));
}

TEST(RedactedOomLog, KeepsTheKillAndItsFiguresUnderOtherNames) {
  const std::string log =
      "4,700,99,-;payroll invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, "
      "oom_score_adj=0\n"
      "4,701,99,-;CPU: 0 PID: 87 Comm: payroll Not tainted 6.1.0 #1\n"
      "4,702,99,-;Hardware name: Ann's own machine\n"
      "6,703,99,-;memory: usage 65536kB, limit 65536kB, failcnt 19\n"
      "6,704,99,-;Memory cgroup stats for /shop/web:\n"
      "6,705,99,-;anon 61440000\\x0afile 0\n"
      "6,706,99,-;Tasks state (memory values in pages):\n"
      "6,707,99,-;[     87]     0    87    16384    15000   139264        0             0 others\n"
      "6,708,99,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=ann,mems_allowed=0,"
      "oom_memcg=/shop/web,task_memcg=/shop/web,task=payroll,pid=87,uid=0\n"
      "3,709,99,-;Memory cgroup out of memory: Killed process 87 (payroll) total-vm:90000kB, "
      "anon-rss:60000kB, file-rss:4kB, shmem-rss:0kB, UID:0 pgtables:100kB oom_score_adj:0\n"
      "14,710,99,-;anon 5\n";
  Pseudonyms names;
  const std::string redacted = RedactedOomLog(log, &names);
  for (const char* secret : {"payroll", "Ann", "ann,", "others", "shop", "web", "710,"}) {
    EXPECT_EQ(redacted.find(secret), std::string::npos) << secret << "\n" << redacted;
  }
  const auto before = ParseOomLog(log);
  const auto after = ParseOomLog(redacted);
  ASSERT_EQ(before.size(), 1U);
  ASSERT_EQ(after.size(), 1U);
  ASSERT_EQ(after[0].victims.size(), 1U);
  EXPECT_EQ(after[0].victims[0].pid, 87);
  EXPECT_EQ(after[0].victims[0].anon_rss, before[0].victims[0].anon_rss);
  EXPECT_EQ(after[0].victims[0].comm, "process-1");
  EXPECT_EQ(after[0].oom_memcg, "/cgroup-1/cgroup-2");
  EXPECT_EQ(after[0].limit, before[0].limit);
  EXPECT_NE(redacted.find("anon 61440000\\x0afile 0"), std::string::npos) << redacted;
}

TEST(RedactedOomLog, WithoutOtherNamesOnlyOthersGo) {
  const std::string log =
      "6,707,99,-;[     87]     0    87    16384    15000   139264        0             0 others\n"
      "3,709,99,-;Memory cgroup out of memory: Killed process 87 (web) total-vm:9kB, anon-rss:6kB, "
      "file-rss:4kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0\n";
  EXPECT_EQ(RedactedOomLog(log, nullptr), log.substr(log.find("3,709")));
}

TEST(RedactedVersion, EndsBehindTheRelease) {
  EXPECT_EQ(RedactedVersion("Linux version 6.1.0-28-amd64 (root@build.example.com) (gcc) #1\n"),
            "Linux version 6.1.0-28-amd64\n");
  EXPECT_EQ(RedactedVersion("ann's own"), "redacted\n");
  EXPECT_EQ(RedactedVersion(""), "redacted\n");
}

TEST(RedactedKubeletLog, HasWhatTheEvictionManagerSaidUnderOtherNames) {
  const PodName own{.name_space = "shop", .name = "web"};
  ContainerLine ranked;
  ranked.stamp = "2026-11-25T14:23:31Z";
  ranked.stream = "kubelet.service";
  ranked.text =
      "I1125 14:23:31.514706 1 eviction_manager.go:405] \"Eviction manager: pods ranked for "
      "eviction\" pods=[\"shop/web\",\"bank/ledger\"] secret=\"hunter2\"";
  ContainerLine other = ranked;
  other.text = "anything that somebody else said of ledger";
  const std::string log = SerializeKubeletLog({ranked, other});

  Pseudonyms names;
  const std::string hidden = RedactedKubeletLog(log, own, &names);
  for (const char* secret : {"shop", "web", "bank", "ledger", "hunter2"}) {
    EXPECT_FALSE(hidden.contains(secret)) << secret;
  }
  const KeptLog read = ParseKeptLog(hidden);
  ASSERT_EQ(read.lines.size(), 1U);
  const auto line = ParseKubeletLine(read.lines[0].text);
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->event, KubeletEvent::kRanked);
  EXPECT_EQ(line->pods.front(), HiddenPod(own, own, names)) << "as it is called in container.json";
  EXPECT_EQ(line->pods.size(), 2U);

  const std::string kept = RedactedKubeletLog(log, own, nullptr);
  EXPECT_TRUE(kept.contains("bank/ledger"));
  EXPECT_FALSE(kept.contains("hunter2"));
}

}  // namespace
}  // namespace headroom
