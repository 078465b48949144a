#include "supervisor/registry/end_of_init.h"

#include <gtest/gtest.h>

#include <csignal>

namespace headroom {
namespace {

TEST(EndOfAKill, IsASignalOrTheStatusByWhichAShellTellsIt) {
  for (const int signal : {SIGKILL, SIGABRT, SIGBUS}) {
    EXPECT_TRUE(IsEndOfAKill({.signal = signal, .code = {}})) << signal;
    EXPECT_TRUE(IsEndOfAKill({.signal = {}, .code = 128 + signal})) << signal;
  }
}

TEST(EndOfAKill, IsNoOrdinaryEnd) {
  for (const int code : {0, 1, 9, 128, 139, 143, 255}) {
    EXPECT_FALSE(IsEndOfAKill({.signal = {}, .code = code})) << code;
  }
  for (const int signal : {SIGTERM, SIGINT, SIGSEGV, SIGHUP}) {
    EXPECT_FALSE(IsEndOfAKill({.signal = signal, .code = {}})) << signal;
  }
}

constexpr int kInit = 513;
constexpr BootTime kEnd = std::chrono::seconds(1000);

/// What was seen of an init that ended at kEnd.
struct Seen {
  InitExit exit{.status = {.signal = SIGKILL, .code = {}}, .source = "connector"};
  std::vector<SentSignal> signals;
  std::set<int> oom_victims;
  std::optional<BootTime> last_oom_kill;

  [[nodiscard]] bool Killed() const {
    return IsKillByOther({.init = kInit,
                          .ended_at = kEnd,
                          .exit = exit,
                          .signals = signals,
                          .oom_victims = oom_victims,
                          .last_oom_kill = last_oom_kill});
  }
};

SentSignal Kill(bool by_process) {
  SentSignal kill{.signal = SIGKILL, .target = kInit, .result = "delivered"};
  if (by_process) kill.sender = SignalSender{};
  return kill;
}

TEST(KillByOther, IsAnEndOfAKillWithoutAnOomKill) {
  EXPECT_TRUE(Seen{}.Killed());
  EXPECT_FALSE((Seen{.exit = {.status = {.signal = {}, .code = 0}, .source = "pidfd"}}.Killed()));
  EXPECT_FALSE((Seen{.exit = {.status = {.signal = SIGTERM, .code = {}}}}.Killed()));
}

TEST(KillByOther, IsNoneWhereTheOomKillerChoseTheInit) {
  EXPECT_FALSE((Seen{.signals = {Kill(false)}, .oom_victims = {kInit}}.Killed()));
  EXPECT_FALSE((Seen{.signals = {Kill(true)}, .oom_victims = {kInit}}.Killed()));
  EXPECT_TRUE((Seen{.oom_victims = {7}}.Killed())) << "a child's kill is counted on its own";
}

TEST(KillByOther, IsNoneWithAnOomKillAtThatMomentAndNoOtherSender) {
  EXPECT_FALSE((Seen{.last_oom_kill = kEnd - std::chrono::seconds(9)}.Killed()));
  EXPECT_FALSE((Seen{.last_oom_kill = kEnd + std::chrono::milliseconds(200)}.Killed()));
  EXPECT_FALSE(
      (Seen{.signals = {Kill(false)}, .last_oom_kill = kEnd - std::chrono::seconds(1)}.Killed()));
  EXPECT_TRUE((Seen{.last_oom_kill = kEnd - std::chrono::seconds(11)}.Killed()));
}

TEST(KillByOther, IsOneWhereAProcessWasSeenToSendIt) {
  EXPECT_TRUE(
      (Seen{.signals = {Kill(true)}, .last_oom_kill = kEnd - std::chrono::seconds(1)}.Killed()));
  EXPECT_FALSE(
      (Seen{.signals = {Kill(false), Kill(true)}, .last_oom_kill = kEnd - std::chrono::seconds(1)}
           .Killed()))
      << "what ended it came first";
}

TEST(KillByOther, AStatusAfterAnOomKillOfAChildIsPartOfThatIncident) {
  const InitExit status{.status = {.signal = {}, .code = 137}, .source = "connector"};
  EXPECT_FALSE((Seen{.exit = status, .last_oom_kill = kEnd - std::chrono::seconds(2)}.Killed()));
  EXPECT_TRUE((Seen{.exit = status, .last_oom_kill = kEnd - std::chrono::hours(1)}.Killed()));
}

}  // namespace
}  // namespace headroom
