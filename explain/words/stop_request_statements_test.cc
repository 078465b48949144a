#include "explain/words/stop_request_statements.h"

#include <gtest/gtest.h>

#include "explain/testing/cases.h"
#include "explain/testing/killed_cases.h"
#include "explain/testing/said.h"

namespace headroom {
namespace {

using namespace testing_evidence;

Verdict VerdictOf(const EvidenceBuilder& builder) { return Explain(builder.Build()); }

/// Images name SIGQUIT or SIGINT as their stop signal: nginx, postgres.
TEST(Ending, WithoutASigtermItIsNotSaidThatNobodyAsked) {
  SignalSender runc;
  runc.process = {.pid = 533, .comm = "runc", .exe = ""};
  SentSignal kill = Sent(SIGKILL, kKilledAt, runc);
  kill.via = "runc";
  const auto said = [&](SignalRecord record) {
    record.signals = {kill};
    return AllSaid(VerdictOf(Killed(BySignal(SIGKILL), record)), "asked");
  };
  EXPECT_EQ(said({}),
            "no SIGTERM from there was seen before (a stop signal of another kind would not be "
            "seen)\n");
  EXPECT_EQ(said({.dropped = 1}), "") << "it may be among them";
  EXPECT_EQ(said({.lost = 1}), "");
}

/// Runtimes end as soon as they have sent it: whose it was is seldom seen.
TEST(Ending, ASigtermOfSomebodyElseIsToldWhoeverKilledItThen) {
  const SignalSender crun = Sender(533, "crun", "/usr/bin/crun", "");
  SentSignal term = Sent(SIGTERM, kKilledAt - 5s, {});
  const auto said = [&](SignalRecord record) {
    record.signals = {term, Sent(SIGKILL, kKilledAt, crun)};
    return AllSaid(VerdictOf(Killed(BySignal(SIGKILL), record)), "asked");
  };
  EXPECT_TRUE(said({}).starts_with("SIGTERM came 5.0 s before"));
  EXPECT_TRUE(said({.lost = 1}).starts_with("SIGTERM came 5.0 s before")) << "it was seen";
  term.at = kKilledAt - 11min;
  EXPECT_EQ(said({}), "") << "that asked for something else";
}

}  // namespace
}  // namespace headroom
