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

}  // namespace
}  // namespace headroom
