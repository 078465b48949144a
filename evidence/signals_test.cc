#include "evidence/signals.h"

#include <gtest/gtest.h>

#include "evidence/incident.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr const char* kHostile = "sh\x1b[31m\n\"<b>\xff";

SignalRecord Example() {
  SignalRecord record;
  SentSignal killed{.at = 12s,
                    .signal = 9,
                    .code = -6,
                    .target = 513,
                    .target_comm = kHostile,
                    .result = "delivered",
                    .sender = SignalSender{},
                    .via = "runc"};
  killed.sender->process = {.pid = 505, .comm = kHostile, .exe = "/usr/bin/\xfe"};
  killed.sender->seen = true;
  killed.sender->cgroup = "/system.slice/docker.service";
  killed.sender->unit = "docker.service";
  killed.sender->of_host = false;
  killed.repeats = 7;
  killed.sender->parents = {{.pid = 500, .comm = "containerd-shim", .exe = ""}};
  record.signals = {killed, {.at = 13s, .signal = 7, .code = 2, .target = 513, .result = "lost"}};
  record.oom_victims = {513, 514};
  record.oomd = {{.cgroup = "/a", .kills = 3, .ooms = {}}};
  record.dropped = 5;
  record.lost = 6;
  return record;
}

TEST(SignalsRecord, IsReadBackAsItWasWritten) {
  const std::string text = SerializeSignals(Example());
  const auto read = ParseSignals(text, "kernel/signals.json");
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  EXPECT_EQ(SerializeSignals(*read), text);
  ASSERT_EQ(read->signals.size(), 2U);
  const SentSignal& killed = read->signals[0];
  EXPECT_EQ(killed.at, 12s);
  EXPECT_EQ(killed.code, -6);
  EXPECT_EQ(killed.target_comm, kHostile);
  ASSERT_TRUE(killed.sender.has_value());
  EXPECT_EQ(killed.sender->process.comm, kHostile);
  EXPECT_EQ(killed.sender->process.exe, "/usr/bin/\xfe");
  EXPECT_EQ(killed.sender->unit, "docker.service");
  EXPECT_EQ(killed.sender->of_host, false);
  EXPECT_EQ(killed.repeats, 7U);
  EXPECT_EQ(read->signals[1].repeats, 0U);
  EXPECT_EQ(killed.sender->parents.at(0).pid, 500);
  EXPECT_EQ(read->signals[1].sender.has_value(), false) << "the kernel is no process";
  EXPECT_EQ(read->oom_victims, (std::vector<int>{513, 514}));
  EXPECT_EQ(read->oomd.at(0).kills, 3U);
  EXPECT_EQ(read->oomd.at(0).ooms, std::nullopt);
}

TEST(SignalsRecord, NoSignalIsNoError) {
  const auto read = ParseSignals(SerializeSignals({}), "x");
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->signals.empty());
}

TEST(SignalsRecord, DamagedTextIsRefused) {
  for (const char* text :
       {"", "[]", R"({"schema": "headroom.signals/2"})",
        R"({"schema": "headroom.signals/1", "signals": {}})",
        R"({"schema": "headroom.signals/1", "signals": [1]})",
        R"({"schema": "headroom.signals/1", "signals": [{}]})",
        R"({"schema": "headroom.signals/1", "oom_victims": ["a"]})",
        R"({"schema": "headroom.signals/1", "oom_victims": [-1]})",
        R"({"schema": "headroom.signals/1", "signals": [{"at_boot_ns": 1, "signal": 128, "code": 0,
            "result": "lost", "target": {"pid": 1}}]})",
        R"({"schema": "headroom.signals/1", "signals": [{"at_boot_ns": 1, "signal": 9, "code": 0,
            "result": "well", "target": {"pid": 1}}]})",
        R"({"schema": "headroom.signals/1", "signals": [{"at_boot_ns": 1, "signal": 9, "code": 0,
            "result": "lost", "target": {"pid": 0}}]})",
        R"({"schema": "headroom.signals/1", "signals": [{"at_boot_ns": 1, "signal": 9, "code": 0,
            "result": "lost"}]})"}) {
    const auto read = ParseSignals(text, "kernel/signals.json");
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed) << text;
  }
}

TEST(SignalsRecord, CutAnywhereIsRefused) {
  const std::string text = SerializeSignals(Example());
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    EXPECT_FALSE(ParseSignals(text.substr(0, size), "x").has_value()) << size;
  }
}

TEST(IncidentRecord, KeepsHowTheInitEnded) {
  Incident incident;
  incident.init = ProcessId{.pid = 12, .start_ticks = 34};
  incident.init_exit = InitExit{.status = {.signal = 9, .code = {}}, .source = "connector"};
  auto read = ParseIncident(SerializeIncident(incident), "incident.json");
  ASSERT_TRUE(read.has_value() && read->init_exit.has_value());
  EXPECT_EQ(read->init_exit->status, incident.init_exit->status);
  EXPECT_EQ(read->init_exit->source, "connector");
  incident.init_exit = InitExit{.status = {.signal = {}, .code = 0}, .source = "pidfd"};
  read = ParseIncident(SerializeIncident(incident), "incident.json");
  ASSERT_TRUE(read.has_value() && read->init_exit.has_value());
  EXPECT_EQ(read->init_exit->status.code, 0) << "zero is an end that is known";
  incident.init_exit.reset();
  read = ParseIncident(SerializeIncident(incident), "incident.json");
  EXPECT_FALSE(read->init_exit.has_value());
}

TEST(IncidentRecord, AnEndThatIsNoneIsRefused) {
  const std::string head =
      R"({"schema": "headroom.incident/1", "oom_kill": {"from": 0, "to": 0}, "init": {"exit": )";
  for (const char* exit : {R"({"source": "pidfd"})", R"({"signal": 0})", R"({"signal": 128})",
                           R"({"code": 256})", R"({"signal": 9, "code": 137})"}) {
    EXPECT_FALSE(ParseIncident(head + exit + "}}", "x").has_value()) << exit;
  }
  EXPECT_TRUE(ParseIncident(head + R"({"code": 137}}})", "x").has_value());
}

}  // namespace
}  // namespace headroom
