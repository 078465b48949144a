#include <gtest/gtest.h>

#include "evidence/incident.h"
#include "evidence/oom_record.h"
#include "evidence/shared_memory.h"
#include "evidence/snapshot.h"
#include "evidence/timeline.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// Bytes that a container may call itself by.
constexpr const char* kHostile = "sh\x1b[31m\n\"<b>\xff";

/// Every reader names the file, and refuses with kMalformed, never by a crash.
template <typename Parse>
void ExpectNamedFailures(Parse parse, std::initializer_list<const char*> texts) {
  for (const char* text : texts) {
    const auto read = parse(text, "before/x.json");
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed) << text;
    EXPECT_NE(read.error().where.find("before/x.json"), std::string::npos) << text;
  }
}

TEST(IncidentRecord, IsReadBackAsItWasWritten) {
  Incident incident;
  incident.generation = "boot-1-2";
  incident.oom_kill_from = 3;
  incident.oom_kill_to = 5;
  incident.confidence = "observed";
  incident.detected_by = "memory.events";
  incident.detected_boot = 99s;
  incident.detected_wall = 1763694764s + 120ms;
  incident.log_clock_lag = -84000us;
  incident.suppressed = 2;
  incident.candidates = {"runc-0-a", "runc-0-b"};
  IncidentLevel own;
  own.path = std::string("/x/") + kHostile;
  own.memory_max = Limit(Mebibytes(64));
  own.events.oom_kill = 2;
  own.events_local = MemoryEvents{};
  own.events_local->oom = 0;
  IncidentLevel above;
  above.path = "/x";
  above.role = LevelRole::kAncestor;
  above.removed = true;
  above.memory_max = Limit::Unlimited();
  incident.levels = {own, above};
  incident.init = ProcessId{.pid = 12, .start_ticks = 34};
  incident.init_alive = false;
  incident.host_available = Mebibytes(100);

  const auto read = ParseIncident(SerializeIncident(incident), "incident.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->oom_kill_from, 3U);
  EXPECT_EQ(read->oom_kill_to, 5U);
  EXPECT_EQ(read->confidence, "observed");
  EXPECT_EQ(read->detected_boot, 99s);
  EXPECT_EQ(read->detected_wall, incident.detected_wall);
  EXPECT_EQ(read->log_clock_lag, -84000us);
  EXPECT_EQ(read->suppressed, 2U);
  EXPECT_EQ(read->candidates, incident.candidates);
  ASSERT_EQ(read->levels.size(), 2U);
  ASSERT_NE(read->Own(), nullptr);
  EXPECT_EQ(read->Own()->path, own.path);
  EXPECT_EQ(read->Own()->memory_max, own.memory_max);
  EXPECT_EQ(read->Own()->events, own.events);
  EXPECT_EQ(read->Own()->events_local, own.events_local);
  EXPECT_EQ(read->levels[1].role, LevelRole::kAncestor);
  EXPECT_TRUE(read->levels[1].removed);
  EXPECT_EQ(read->levels[1].memory_max, Limit::Unlimited());
  EXPECT_EQ(read->levels[1].events_local, std::nullopt);
  EXPECT_EQ(read->init, incident.init);
  EXPECT_EQ(read->init_alive, false);
  EXPECT_EQ(read->host_available, incident.host_available);
}

TEST(IncidentRecord, WhatIsNotKnownStaysUnknown) {
  const auto read = ParseIncident(
      R"({"schema": "headroom.incident/1", "oom_kill": {"from": 0, "to": 1},
          "levels": [{"role": "container", "path": "/x", "memory_max": null, "events": {}}],
          "init": {"pid": 7}, "later": 1})",
      "incident.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->init_alive, std::nullopt);
  EXPECT_EQ(read->host_available, std::nullopt);
  EXPECT_EQ(read->detected_boot, std::nullopt);
  EXPECT_EQ(read->log_clock_lag, std::nullopt);
  EXPECT_EQ(read->Own()->memory_max, std::nullopt);
  EXPECT_EQ(read->Own()->events.oom, std::nullopt);
}

TEST(IncidentRecord, WhatIsBrokenIsNamed) {
  ExpectNamedFailures(
      ParseIncident,
      {"", "[]", "{}", R"({"schema": "headroom.incident/1"})",
       R"({"schema": "other", "oom_kill": {"from": 0, "to": 1}})",
       R"({"schema": "headroom.incident/1", "oom_kill": {"from": 2, "to": 1}})",
       R"({"schema": "headroom.incident/1", "oom_kill": {"from": 0, "to": 1},
           "log_clock_lag_us": 9223372036854775807})",
       R"({"schema": "headroom.incident/1", "oom_kill": {"from": 0, "to": 1},
           "log_clock_lag_us": -9223372036854775808})",
       R"({"schema": "headroom.incident/1", "oom_kill": {"from": 0, "to": 1},
           "log_clock_lag_us": "84"})",
       R"({"schema": "headroom.incident/1", "oom_kill": {"from": 0, "to": 1}, "levels": [1]})",
       R"({"schema": "headroom.incident/1", "oom_kill": {"from": 0, "to": 1},
           "levels": [{"role": "uncle"}]})",
       R"({"schema": "headroom.incident/1", "oom_kill": {"from": 0, "to": 1},
           "candidates": [1]})"});
}

TEST(SnapshotRecord, IsReadBackAsItWasWritten) {
  Snapshot snapshot;
  snapshot.taken_boot = 5s;
  snapshot.taken_wall = 1763694764s;
  snapshot.trigger = "tripwire";
  snapshot.cgroup = "/x";
  snapshot.memory_max = Limit(Mebibytes(64));
  snapshot.memory_high = Limit(Mebibytes(60));
  snapshot.unreclaimable = Mebibytes(59);
  snapshot.held = 11ms;
  snapshot.stood_still = 7ms;
  snapshot.why_not_still = "why";
  snapshot.lifted_by = "snapshot done";
  snapshot.processes_total = 3;
  snapshot.processes_with_smaps = 2;
  const auto read = ParseSnapshot(SerializeSnapshot(snapshot), "snapshot.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->taken_boot, snapshot.taken_boot);
  EXPECT_EQ(read->taken_wall, snapshot.taken_wall);
  EXPECT_EQ(read->trigger, "tripwire");
  EXPECT_EQ(read->cgroup, "/x");
  EXPECT_EQ(read->memory_max, snapshot.memory_max);
  EXPECT_EQ(read->memory_high, snapshot.memory_high);
  EXPECT_EQ(read->unreclaimable, snapshot.unreclaimable);
  EXPECT_EQ(read->held, snapshot.held);
  EXPECT_EQ(read->stood_still, snapshot.stood_still);
  EXPECT_EQ(read->why_not_still, "why");
  EXPECT_EQ(read->lifted_by, "snapshot done");
  EXPECT_EQ(read->processes_total, 3U);
  EXPECT_EQ(read->processes_with_smaps, 2U);
}

TEST(SnapshotRecord, NothingHeldIsNotHeldForNoTime) {
  const auto read = ParseSnapshot(SerializeSnapshot(Snapshot{}), "snapshot.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->held, std::nullopt);
  EXPECT_EQ(read->stood_still, std::nullopt);
  ExpectNamedFailures(
      ParseSnapshot, {"{}", R"({"schema": "headroom.snapshot/1", "held_us": 18446744073709551615})",
                      R"({"schema": "headroom.snapshot/1", "memory_max": "much"})"});
}

TEST(ProcessesRecord, IsReadBackAsItWasWritten) {
  ProcessRow row;
  row.id = {.pid = 12, .start_ticks = 34};
  row.parent = 1;
  row.comm = kHostile;
  row.rss = Mebibytes(5);
  row.oom_score_adj = -999;
  row.oom_score = 12;
  row.pss = Mebibytes(4);
  row.uss = Mebibytes(3);
  row.swap_pss = Bytes{0};
  row.fds = 4096;
  row.fds_truncated = true;
  row.limit_as = Limit::Unlimited();
  row.limit_memlock = Limit(Kibibytes(64));
  row.limit_nofile = 1024;
  row.wchan = "folio_wait_bit_common";
  row.numa = {{.node = 0, .bytes = Mebibytes(1)}, {.node = 3, .bytes = Mebibytes(2)}};
  row.state = "D";
  row.cgroup = "/x/job";
  row.read_boot = 7s;
  ProcessTable table;
  table.processes = {row};
  table.total = 900;
  table.truncated = true;
  const auto read = ParseProcesses(SerializeProcesses(table), "processes.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  ASSERT_EQ(read->processes.size(), 1U);
  EXPECT_EQ(read->processes[0].id, row.id);
  EXPECT_EQ(read->processes[0].comm, kHostile);
  EXPECT_EQ(read->processes[0].rss, row.rss);
  EXPECT_EQ(read->processes[0].rss_anon, std::nullopt);
  EXPECT_EQ(read->processes[0].oom_score_adj, -999);
  EXPECT_EQ(read->processes[0].oom_score, 12U);
  EXPECT_EQ(read->processes[0].pss, row.pss);
  EXPECT_EQ(read->processes[0].uss, row.uss);
  EXPECT_EQ(read->processes[0].swap_pss, Bytes{0});
  EXPECT_EQ(read->processes[0].fds, 4096U);
  EXPECT_TRUE(read->processes[0].fds_truncated);
  EXPECT_EQ(read->processes[0].limit_as, Limit::Unlimited());
  EXPECT_EQ(read->processes[0].limit_data, std::nullopt);
  EXPECT_EQ(read->processes[0].limit_memlock, row.limit_memlock);
  EXPECT_EQ(read->processes[0].limit_nofile, 1024U);
  EXPECT_EQ(read->processes[0].wchan, row.wchan);
  EXPECT_EQ(read->processes[0].numa, row.numa);
  EXPECT_EQ(read->processes[0].read_boot, row.read_boot);
  EXPECT_EQ(read->total, 900U);
  EXPECT_TRUE(read->truncated);
  ExpectNamedFailures(ParseProcesses, {R"({"processes": [{}]})", R"({"processes": [{"pid": 0}]})",
                                       R"({"processes": [{"pid": 4294967297}]})",
                                       R"({"processes": {}})", R"({"processes": ["x"]})"});
}

TEST(ShmRecord, IsReadBackAsItWasWritten) {
  ShmListing listing;
  listing.mount_point = "/dev/shm";
  listing.size = Limit::Unlimited();
  listing.used = Mebibytes(31);
  listing.files = {{kHostile, Mebibytes(40), Mebibytes(31)}};
  listing.total_files = 1;
  EXPECT_FALSE(ParseShm(SerializeShm(listing), "shm.json")->of_host);
  listing.of_host = true;
  const auto read = ParseShm(SerializeShm(listing), "shm.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->mount_point, "/dev/shm");
  EXPECT_EQ(read->size, Limit::Unlimited());
  EXPECT_EQ(read->used, Mebibytes(31));
  ASSERT_EQ(read->files.size(), 1U);
  EXPECT_EQ(read->files[0].path, kHostile);
  EXPECT_EQ(read->files[0].allocated, Mebibytes(31));
  EXPECT_TRUE(read->of_host);
  ExpectNamedFailures(ParseShm, {"", R"({"files": [[]]})", R"({"used": -1})"});
}

TEST(TimelineRecord, IsReadBackAsItWasWritten) {
  Sample sample;
  sample.at = 5s;
  sample.wall = 1763694764s;
  sample.current = Mebibytes(3);
  sample.oom_kill = 0;
  sample.armed = true;
  Recording recording;
  recording.samples = {sample, Sample{}};
  recording.skipped = 4;
  const auto read = ParseTimeline(SerializeTimeline(recording), "timeline.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->skipped, 4U);
  ASSERT_EQ(read->samples.size(), 2U);
  EXPECT_EQ(read->samples[0].at, 5s);
  EXPECT_EQ(read->samples[0].wall, sample.wall);
  EXPECT_EQ(read->samples[0].current, sample.current);
  EXPECT_EQ(read->samples[0].oom_kill, 0U);
  EXPECT_TRUE(read->samples[0].armed);
  EXPECT_EQ(read->samples[1].current, std::nullopt);
  ExpectNamedFailures(ParseTimeline, {R"({"samples": 1})", R"({"samples": [{"current": "x"}]})",
                                      R"({"samples": [{"wall": "noon"}]})"});
}

TEST(OomRecord, IsReadBackAsItWasWritten) {
  OomVictim victim;
  victim.pid = 233;
  victim.comm = kHostile;
  victim.anon_rss = Kibibytes(40992);
  victim.file_rss = Bytes{0};
  victim.shmem_rss = Kibibytes(548);
  victim.oom_score_adj = 7;
  victim.sequence = 1537;
  victim.since_boot = 115457451us;
  OomEvent event;
  event.oom_memcg = "/lxc/c-7";
  event.limit = Kibibytes(49152);
  event.group_kill = true;
  event.victims = {victim};
  const std::string log = "6,1536,115457332,-;oom-kill:...\n3,1537,115457451,-;Memory cgroup\n";
  const auto read = ParseOomRecord(SerializeOomRecord({{event}, 2}, log), "oom.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(read->overruns, 2U);
  ASSERT_EQ(read->events.size(), 1U);
  EXPECT_EQ(read->events[0].oom_memcg, "/lxc/c-7");
  EXPECT_EQ(read->events[0].task_memcg, std::nullopt);
  EXPECT_EQ(read->events[0].limit, event.limit);
  EXPECT_TRUE(read->events[0].group_kill);
  ASSERT_EQ(read->events[0].victims.size(), 1U);
  EXPECT_EQ(read->events[0].victims[0].comm, kHostile);
  EXPECT_EQ(read->events[0].victims[0].Rss(), Kibibytes(41540));
  EXPECT_EQ(read->events[0].victims[0].since_boot, victim.since_boot);
}

TEST(OomRecord, StatesTheLineOfEveryKill) {
  const std::string log =
      "6,1536,115457332,-;x\n KEY=value\n3,1537,115457451,-;Killed\n3,1540,1,-;Killed\n";
  EXPECT_EQ(LineOfRecord(log, 1536), 1U);
  EXPECT_EQ(LineOfRecord(log, 1537), 3U);
  EXPECT_EQ(LineOfRecord(log, 1540), 4U);
  EXPECT_EQ(LineOfRecord(log, 9), 0U);
  EXPECT_EQ(LineOfRecord("", 9), 0U);
  EXPECT_EQ(LineOfRecord("no record\n,,\n", 9), 0U);
}

}  // namespace
}  // namespace headroom
