#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "evidence/earlier_map.h"
#include "evidence/incident.h"
#include "evidence/neighbours.h"
#include "evidence/redact/records.h"
#include "evidence/redact/texts.h"
#include "evidence/self_account.h"
#include "evidence/shared_memory.h"
#include "evidence/signals.h"
#include "evidence/slabs.h"
#include "evidence/snapshot.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

using RedactionLevel::kFiles;
using RedactionLevel::kNames;

SignalRecord KilledBy(const std::string& comm, const std::string& exe, const std::string& unit) {
  SignalSender sender;
  sender.process = {.pid = 300, .comm = comm, .exe = exe};
  sender.seen = true;
  sender.cgroup = "/system.slice/" + unit;
  sender.unit = unit;
  sender.parents = {{.pid = 12, .comm = "ann-shell", .exe = "/home/ann/sh"}};
  SentSignal signal;
  signal.at = BootTime(5);
  signal.signal = 9;
  signal.target = 77;
  signal.target_comm = "payroll";
  signal.result = "delivered";
  signal.sender = sender;
  return {.signals = {signal}, .oomd = {{.cgroup = "/box/payroll", .kills = 1, .ooms = {}}}};
}

SignalRecord Copied(const SignalRecord& record, RedactionLevel level) {
  CopyNames names(level);
  return ParseSignals(RedactedSignals(SerializeSignals(record), names).value(), "").value();
}

TEST(RedactedSignals, WhoKillsForWantOfMemoryKeepsItsName) {
  const SignalRecord copy = Copied(
      KilledBy("systemd-oomd", "/usr/lib/systemd/systemd-oomd", "systemd-oomd.service"), kNames);
  const SignalSender& sender = *copy.signals[0].sender;
  EXPECT_EQ(sender.process.comm, "systemd-oomd");
  EXPECT_EQ(sender.process.exe, "/usr/lib/systemd/systemd-oomd");
  EXPECT_EQ(sender.unit, "systemd-oomd.service");
  EXPECT_EQ(sender.cgroup, "/system.slice/systemd-oomd.service");
  EXPECT_EQ(sender.parents[0].comm, "process-2");
  EXPECT_EQ(sender.parents[0].exe, "/redacted/process-3");
  EXPECT_EQ(copy.signals[0].target_comm, "process-1");
  EXPECT_EQ(copy.oomd[0].cgroup, "/cgroup-1/cgroup-2");
}

TEST(RedactedSignals, OneInAFolderOfItsOwnStaysToldFromOthers) {
  for (const RedactionLevel level : {kFiles, kNames}) {
    EXPECT_EQ(Copied(KilledBy("earlyoom", "/opt/ann/earlyoom", "x"), level)
                  .signals[0]
                  .sender->process.exe,
              "/redacted/earlyoom");
    EXPECT_EQ(Copied(KilledBy("nohang", "/opt/ann/bin/python3.11 (deleted)", "x"), level)
                  .signals[0]
                  .sender->process.exe,
              "/redacted/python");
  }
}

TEST(RedactedSignals, OfOthersTheLevelSaysWhatIsHidden) {
  const SignalRecord record = KilledBy("annkill", "/home/ann/annkill", "ann.service");
  const SignalSender files = *Copied(record, kFiles).signals[0].sender;
  EXPECT_EQ(files.process.comm, "annkill");
  EXPECT_EQ(files.process.exe, "/redacted/file-1") << "a file, whoever runs it";
  EXPECT_EQ(files.unit, "ann.service");
  CopyNames names(kNames);
  const std::string text = RedactedSignals(SerializeSignals(record), names).value();
  for (const char* secret : {"ann", "payroll", "box"}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret << "\n" << text;
  }
  EXPECT_EQ(Copied(record, kNames).signals[0].sender->process.pid, 300);
}

TEST(RedactedSignals, ARuntimesHandStaysOne) {
  SignalRecord record = KilledBy("runc", "", "docker.service");
  record.signals[0].via = "runc";
  const SentSignal signal = Copied(record, kNames).signals[0];
  EXPECT_EQ(signal.via, "runc");
  EXPECT_EQ(signal.sender->process.comm, "runc");
  EXPECT_EQ(signal.sender->unit, "docker.service");
}

TEST(RedactedSignals, TheKernelIsNobody) {
  SignalRecord record = KilledBy("x", "", "");
  record.signals[0].sender.reset();
  EXPECT_EQ(Copied(record, kNames).signals[0].sender.has_value(), false);
}

TEST(RedactedNeighbours, ThoseOfALevelAreStillBelowIt) {
  Neighbours neighbours{.level = "/ann/shop", .cgroups = {{.path = "/ann/shop/payroll"}}};
  neighbours.trigger = OomTrigger{.pid = 7, .comm = "hog", .cgroup = "/ann/shop/payroll"};
  CopyNames names(kNames);
  const auto copy =
      ParseNeighbours(RedactedNeighbours(SerializeNeighbours(neighbours), names).value(), "");
  ASSERT_TRUE(copy) << copy.error().Message();
  EXPECT_EQ(copy->level, names.Cgroup("/ann/shop"));
  EXPECT_TRUE(copy->cgroups[0].path.starts_with(copy->level + "/"));
  EXPECT_EQ(copy->trigger->cgroup, copy->cgroups[0].path);
  EXPECT_EQ(copy->trigger->comm, "process-1");
}

TEST(RedactedNeighbours, TheHostIsNoCgroupAndWhoIsGoneHasNone) {
  Neighbours neighbours{.level = "host", .cgroups = {}};
  neighbours.trigger = OomTrigger{.pid = 7, .comm = "hog", .cgroup = {}};
  CopyNames names(kNames);
  const auto copy =
      ParseNeighbours(RedactedNeighbours(SerializeNeighbours(neighbours), names).value(), "");
  EXPECT_EQ(copy->level, "host");
  EXPECT_EQ(copy->trigger->cgroup, std::nullopt);
}

std::string MapOf(const std::string& name) {
  return "7f0000000000-7f0000100000 rw-s 00000000 00:01 77 " + name + "\nRss: 1024 kB\n";
}

TEST(RedactedTmpfs, FilesStayBelowTheirMountPoint) {
  const TmpfsTable table{
      .mounts = {{.mount_point = "/home/ann/ram", .files = {{.path = "/home/ann/ram/a/secret"}}},
                 {.mount_point = "/tmp", .files = {{.path = "/tmp/secret"}}}}};
  CopyNames names(kFiles);
  const auto copy = ParseTmpfs(RedactedTmpfs(SerializeTmpfs(table), names).value(), "");
  ASSERT_TRUE(copy) << copy.error().Message();
  EXPECT_EQ(copy->mounts[0].mount_point, "/redacted/mount-1");
  EXPECT_EQ(copy->mounts[0].files[0].path, "/redacted/mount-1/file-1");
  EXPECT_EQ(copy->mounts[1].mount_point, "/tmp");
  EXPECT_EQ(copy->mounts[1].files[0].path, "/tmp/file-2");
}

TEST(RedactedTmpfs, AFileBelowAFolderOfTheSystemIsTheContainersAllTheSame) {
  const TmpfsTable table{.mounts = {{.mount_point = "/usr/lib/app/spool",
                                     .files = {{.path = "/usr/lib/app/spool/customer-acme.db"}}},
                                    {.mount_point = "/", .files = {{.path = "/usr/bin/acme"}}}}};
  CopyNames names(kFiles);
  const auto copy = ParseTmpfs(RedactedTmpfs(SerializeTmpfs(table), names).value(), "");
  ASSERT_TRUE(copy) << copy.error().Message();
  EXPECT_EQ(copy->mounts[0].files[0].path, "/redacted/mount-1/file-1");
  EXPECT_EQ(copy->mounts[1].files[0].path, "/redacted/file-2");
}

TEST(RedactedBundle, AFileOfATmpfsBelowAFolderOfTheSystemHasOneNameInMapsAndInTheList) {
  const std::string acme = "/usr/lib/app/spool/customer-acme.db";
  Store::Draft draft = OomDraft();
  draft.sections = {
      MadeSection("before/smaps/12", MapOf("/usr/lib/libc.so.6") + MapOf(acme) + MapOf("/opt/x")),
      MadeSection("before/tmpfs.json",
                  SerializeTmpfs(
                      {.mounts = {{.mount_point = "/usr/lib/app/spool", .files = {{.path = acme}}},
                                  {.mount_point = "/"}}}))};
  const Store::Draft copy = Redacted(EvidenceOf(draft), kFiles);
  const auto bytes = [&](std::string_view name) {
    const auto found = std::ranges::find_if(
        copy.sections, [&](const Section& section) { return section.row.section == name; });
    return found == copy.sections.end() ? "" : found->bytes;
  };
  const std::string map = bytes("before/smaps/12");
  EXPECT_NE(map.find("/usr/lib/libc.so.6\n"), std::string::npos) << map;
  EXPECT_NE(map.find("/redacted/file-1\n"), std::string::npos) << map;
  EXPECT_NE(map.find("/redacted/file-2\n"), std::string::npos) << map;
  EXPECT_EQ(map.find("acme"), std::string::npos) << map;
  const std::string list = bytes("before/tmpfs.json");
  EXPECT_NE(list.find("/redacted/mount-1/file-1\""), std::string::npos) << list;
  EXPECT_EQ(list.find("acme"), std::string::npos) << list;
}

TEST(RedactedShm, AMountPointThatIsNoneOfEverySystemIsHiddenToo) {
  CopyNames names(kFiles);
  const auto copy = ParseShm(
      RedactedShm(SerializeShm({.mount_point = "/ann", .files = {{.path = "/b/x"}}}), names)
          .value(),
      "");
  EXPECT_EQ(copy->mount_point, "/redacted/mount-1");
  EXPECT_EQ(copy->files[0].path, "/redacted/file-1") << "not below it";
}

TEST(RedactedSharedMemory, APieceHasTheNameOfItsMapping) {
  for (const auto& [kind, name, mapping] :
       {std::tuple{"memfd", "ann frame", "/memfd:ann frame (deleted)"},
        std::tuple{"sysv", "0000002a", "/SYSV0000002a (deleted)"},
        std::tuple{"deleted", "/home/ann/x", "/home/ann/x (deleted)"},
        std::tuple{"anonymous", "ann", "[anon_shmem:ann]"}}) {
    const SharedMemory memory{.pieces = {{.kind = kind,
                                          .name = name,
                                          .owners = {{.pid = 7, .comm = "payroll"}},
                                          .total_owners = 1}}};
    CopyNames names(kNames);
    const auto copy =
        ParseSharedMemory(RedactedSharedMemory(SerializeSharedMemory(memory), names).value(), "");
    ASSERT_TRUE(copy) << kind;
    const std::string map = RedactedSmaps(MapOf(mapping), names.all());
    EXPECT_NE(map.find(copy->pieces[0].name), std::string::npos) << map << copy->pieces[0].name;
    EXPECT_EQ(copy->pieces[0].name.find("ann"), std::string::npos) << kind;
    EXPECT_EQ(copy->pieces[0].owners[0].comm, "process-1");
  }
}

TEST(RedactedSharedMemory, WithoutANameItHasNone) {
  CopyNames names(kNames);
  const SharedMemory memory{.pieces = {{.kind = "anonymous", .name = "", .owners = {}}}};
  const auto copy =
      ParseSharedMemory(RedactedSharedMemory(SerializeSharedMemory(memory), names).value(), "");
  EXPECT_EQ(copy->pieces[0].name, "");
}

TEST(RedactedRecords, AProcessWithoutANumberDoesNotSpoilTheRecord) {
  const SharedMemory memory{
      .pieces = {{.kind = "memfd", .name = "x", .owners = {{.pid = 0, .comm = "c"}}}}};
  EXPECT_TRUE(ParseSharedMemory(SerializeSharedMemory(memory), ""));
  Neighbours neighbours{.level = "host", .cgroups = {}};
  neighbours.trigger = OomTrigger{.pid = 0, .comm = "c", .cgroup = {}};
  EXPECT_TRUE(ParseNeighbours(SerializeNeighbours(neighbours), ""));
}

/// What grew between two maps is told by the names of its groups.
TEST(RedactedEarlierMap, GroupsAreCalledAsTheyAreInTheLaterMap) {
  for (const char* name :
       {"/home/ann/model", "/dev/shm/ann", "/memfd:ann (deleted)", "/SYSV0000002a (deleted)",
        "[anon:ann]", "[anon_shmem:ann]", "[heap]", "", "/usr/lib/libc.so.6", "[vdso]"}) {
    const auto before = GroupMappings(MapOf(name)).value();
    const EarlierMap map{
        .id = {.pid = 7, .start_ticks = 1}, .taken = BootTime(5), .groups = before};
    CopyNames names(kFiles);
    const auto copy =
        ParseEarlierMap(RedactedEarlierMap(SerializeEarlierMap(map), names).value(), "");
    ASSERT_TRUE(copy) << copy.error().Message();
    const auto after = GroupMappings(RedactedSmaps(MapOf(name), names.all())).value();
    ASSERT_EQ(after.size(), 1U) << name;
    EXPECT_EQ(copy->groups[0].name, after[0].name) << name;
    EXPECT_EQ(copy->groups[0].kind, after[0].kind) << name;
    EXPECT_EQ(copy->groups[0].name.find("ann"), std::string::npos) << name;
  }
}

TEST(RedactedSlabs, ACacheOfACgroupLosesItsName) {
  const SlabTable table{.caches = {{.name = "dentry"}, {.name = "kmalloc-64(12:docker-ab.scope)"}}};
  CopyNames names(kNames);
  const auto copy = ParseSlabs(RedactedSlabs(SerializeSlabs(table), names).value(), "");
  EXPECT_EQ(copy->caches[0].name, "dentry");
  EXPECT_EQ(copy->caches[1].name, "kmalloc-64");
}

TEST(RedactedIncident, HowTheInitEndedStays) {
  Incident incident;
  incident.generation = "ann";
  incident.confidence = "observed";
  incident.detected_by = "exit status";
  incident.init = ProcessId{.pid = 7, .start_ticks = 1};
  incident.init_exit = InitExit{.status = {.signal = 9, .code = {}}, .source = "pidfd"};
  CopyNames names(kNames);
  const auto copy =
      ParseIncident(RedactedIncident(SerializeIncident(incident), names, "other").value(), "");
  ASSERT_TRUE(copy) << copy.error().Message();
  EXPECT_EQ(copy->init_exit->status.signal, 9);
  EXPECT_EQ(copy->generation, "other");
}

TEST(RedactedRecords, AKeyThatIsNotKnownIsLeftOut) {
  CopyNames names(kFiles);
  const std::string text = R"({"schema": "headroom.self/1", "samples": 3, "of-tomorrow": "ann"})";
  const std::string copy = RedactedSelf(text, names).value();
  EXPECT_EQ(copy.find("ann"), std::string::npos);
  EXPECT_EQ(ParseSelfAccount(copy, "")->samples, 3U);
}

TEST(RedactedRecords, WhatCannotBeUnderstoodIsNotGivenAway) {
  for (const auto redact : {RedactedSnapshot, RedactedProcesses, RedactedSlabs, RedactedSelf,
                            RedactedShm, RedactedTmpfs, RedactedSharedMemory, RedactedEarlierMap,
                            RedactedSignals, RedactedNeighbours}) {
    CopyNames names(kFiles);
    for (const char* text : {"", "ann", "[]", R"({"schema": "headroom.ann/1", "processes": 1,
                                                   "taken_boot_ns": "x", "files": 1})"}) {
      EXPECT_EQ(redact(text, names), std::nullopt) << text;
    }
  }
}

}  // namespace
}  // namespace headroom
