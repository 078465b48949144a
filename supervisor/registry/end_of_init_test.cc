#include "supervisor/registry/end_of_init.h"

#include <gtest/gtest.h>

#include <csignal>

namespace headroom {
namespace {

using namespace std::chrono_literals;

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
  CountedOomKills oom_kills;

  [[nodiscard]] bool Killed() const {
    return IsKillByOther({.init = kInit,
                          .ended_at = kEnd,
                          .exit = exit,
                          .signals = signals,
                          .oom_victims = oom_victims,
                          .oom_kills = oom_kills});
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

/// An OOM kill so long before the end.
CountedOomKills One(std::chrono::nanoseconds before) { return {.count = 1, .last = kEnd - before}; }

TEST(KillByOther, IsNoneWithAnOomKillAtThatMomentAndNoOtherSender) {
  const std::set<int> child{7};
  EXPECT_FALSE((Seen{.oom_victims = child, .oom_kills = One(9s)}.Killed()));
  EXPECT_FALSE((Seen{.oom_victims = child, .oom_kills = One(-200ms)}.Killed()));
  EXPECT_FALSE(
      (Seen{.signals = {Kill(false)}, .oom_victims = child, .oom_kills = One(1s)}.Killed()));
  EXPECT_TRUE((Seen{.oom_victims = child, .oom_kills = One(11s)}.Killed()));
}

TEST(KillByOther, IsOneWhereAProcessWasSeenToSendIt) {
  EXPECT_TRUE((Seen{.signals = {Kill(true)}, .oom_kills = One(1s)}.Killed()));
  EXPECT_FALSE((Seen{.signals = {Kill(false), Kill(true)}, .oom_kills = One(1s)}.Killed()))
      << "what ended it came first";
}

TEST(KillByOther, AVictimThatTakesLongToDieIsNoneUnlessTheOthersAreNamed) {
  EXPECT_FALSE((Seen{.oom_kills = One(1h)}.Killed())) << "nobody says whom the OOM killer chose";
  EXPECT_FALSE((Seen{.oom_kills = {.count = 1, .last = {}}}.Killed())) << "before a restart";
  EXPECT_FALSE((Seen{.oom_victims = {7}, .oom_kills = {.count = 2, .last = {}}}.Killed()))
      << "the second may be the init";
  EXPECT_TRUE((Seen{.oom_victims = {7, 8}, .oom_kills = {.count = 2, .last = {}}}.Killed()));
}

TEST(KillByOther, AStatusAfterAnOomKillOfAChildIsNeverOne) {
  const InitExit status{.status = {.signal = {}, .code = 137}, .source = "connector"};
  EXPECT_TRUE((Seen{.exit = status}.Killed()));
  EXPECT_FALSE((Seen{.exit = status, .oom_victims = {7}, .oom_kills = One(2s)}.Killed()));
  EXPECT_FALSE((Seen{.exit = status, .oom_victims = {7}, .oom_kills = One(1h)}.Killed()))
      << "what came after the child's end may have taken that long";
  EXPECT_FALSE((Seen{.exit = status, .oom_kills = {.count = 1, .last = {}}}.Killed()));
  EXPECT_FALSE((Seen{.exit = status, .oom_victims = {7}}.Killed()));
}

}  // namespace
}  // namespace headroom
