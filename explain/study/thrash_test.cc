#include "explain/study/thrash.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "explain/testing/cases.h"
#include "explain/testing/living_cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

/// A kill at the limit of 64 MiB, with these samples before it.
EvidenceBuilder KilledAfter(const Recording& recording) {
  EvidenceBuilder builder;
  WithSnapshot(builder.Record(OwnLimitIncident()));
  builder.File("kernel/oom.log", OomLog({})).Record(recording);
  return builder;
}

std::string Said(const Verdict& verdict) {
  const auto found = std::ranges::find(verdict.statements, "thrash", &Statement::label);
  return found == verdict.statements.end() ? "" : found->text;
}

bool AdvisesRoom(const Verdict& verdict) {
  return std::ranges::any_of(verdict.advice_cure, [](const std::string& line) {
    return line.find("leaves its files no room") != std::string::npos;
  });
}

TEST(ThrashBeforeKill, IsSaidBesideWhatFilledTheLimit) {
  const Verdict verdict = Explain(KilledAfter(Thrash()).Build());
  EXPECT_EQ(verdict.cause, Cause::kLimitAnon) << "what it died of stays what it is";
  EXPECT_EQ(Said(verdict),
            "before the kill 7.8 MiB/s of its files were read again just after reclaim had dropped "
            "them, and all its processes waited for memory 30 % of 10 s: what it held left its "
            "files too little room");
  EXPECT_TRUE(AdvisesRoom(verdict));
}

TEST(ThrashBeforeKill, IsNotSaidWhereAFigureIsMissingOrSmall) {
  for (const auto& change :
       {+[](Sample& sample) { sample.refaults.reset(); },
        +[](Sample& sample) { sample.full_us.reset(); },
        +[](Sample& sample) { sample.refaults = 77; }, +[](Sample& sample) { sample.full_us = 77; },
        +[](Sample& sample) { sample.at -= 20s; }}) {
    Recording recording = Thrash();
    for (Sample& sample : recording.samples) change(sample);
    const Verdict verdict = Explain(KilledAfter(recording).Build());
    EXPECT_EQ(Said(verdict), "");
    EXPECT_FALSE(AdvisesRoom(verdict));
  }
  EXPECT_EQ(Said(Explain(KillSingle().Build())), "");
}

TEST(ThrashBeforeKill, SaysNothingWhereTheLimitWasAnothers) {
  for (EvidenceBuilder builder : {AncestorLimit(), HostOom()}) {
    builder.Record(Thrash());
    EXPECT_EQ(Said(Explain(builder.Build())), "");
  }
}

TEST(FindThrash, HoldsFromAHundredthOfTheRoomAndATenthOfTheTimeOn) {
  const auto found = [](double stalled, std::uint64_t reread) {
    return FindThrash(Strain{.from = 1s, .to = 11s, .stalled = stalled}, Bytes{reread},
                      Bytes{10000})
        .has_value();
  };
  EXPECT_TRUE(found(0.10, 100));
  EXPECT_FALSE(found(0.09, 100));
  EXPECT_FALSE(found(0.10, 99));
  EXPECT_FALSE(FindThrash(std::nullopt, Bytes{100}, Bytes{10000}));
  EXPECT_FALSE(FindThrash(Strain{}, Bytes{100}, Bytes{10000})) << "nobody knows who waited";
}

}  // namespace
}  // namespace headroom
