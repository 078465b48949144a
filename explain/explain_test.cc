#include <fcntl.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/json.h"
#include "explain/testing/golden_cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

class EveryCase : public testing::TestWithParam<GoldenCase> {};

INSTANTIATE_TEST_SUITE_P(Explain, EveryCase, testing::ValuesIn(GoldenCases()),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::erase(name, '-');
                           return name;
                         });

/// What a person reads, as a whole. A change here is a change of prose: read it at 3 am.
TEST_P(EveryCase, ReadsAsWritten) {
  const std::string path =
      std::string(HEADROOM_SOURCE_DIR "/explain/testdata/") + GetParam().name + ".txt";
  const auto expected = ReadFileAt(AT_FDCWD, path, 1U << 20U);
  ASSERT_TRUE(expected.has_value()) << expected.error().Message();
  EXPECT_EQ(VerdictText(Explain(GetParam().builder.Build())), *expected);
}

/// "file:line" or "file" of the evidence, the line being there.
bool IsThere(const Evidence& evidence, const std::string& citation) {
  const std::size_t colon = citation.rfind(':');
  const std::string file = citation.substr(0, colon);
  const std::string manifest = SerializeManifest(evidence.manifest);
  const std::string* text = file == "manifest.json" ? &manifest : evidence.File(file);
  if (text == nullptr) return false;
  if (colon == std::string::npos) return true;
  const auto line = ParseUint64(citation.substr(colon + 1));
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(*text, '\n'));
  return line && *line >= 1 && *line <= lines;
}

TEST_P(EveryCase, EveryLineRestsOnALineThatIsThere) {
  const Evidence evidence = GetParam().builder.Build();
  for (const Statement& statement : Explain(evidence).statements) {
    EXPECT_TRUE(IsThere(evidence, statement.evidence))
        << statement.label << ": " << statement.text << " [" << statement.evidence << "]";
  }
}

TEST_P(EveryCase, WithoutAFileNothingRestsOnIt) {
  const Evidence whole = GetParam().builder.Build();
  for (const auto& [missing, text] : whole.files) {
    Evidence evidence = whole;
    evidence.files.erase(missing);
    for (const Statement& statement : Explain(evidence).statements) {
      EXPECT_TRUE(IsThere(evidence, statement.evidence))
          << "without " << missing << ": " << statement.text;
    }
  }
}

TEST_P(EveryCase, AFileCutAnywhereIsNoDisaster) {
  const Evidence whole = GetParam().builder.Build();
  for (const auto& [name, text] : whole.files) {
    for (std::size_t length = 0; length < text.size(); length += 1 + text.size() / 40) {
      Evidence evidence = whole;
      evidence.files[name] = text.substr(0, length);
      EXPECT_FALSE(VerdictText(Explain(evidence)).empty());
    }
  }
}

TEST_P(EveryCase, NothingInItIsObeyedByATerminal) {
  const std::string text = VerdictText(Explain(GetParam().builder.Build()));
  for (const char c : text) {
    EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7F)) << "byte " << int{c} << " in\n" << text;
  }
}

TEST_P(EveryCase, FitsEightyColumnsButForCommandsAndPaths) {
  const std::string text = VerdictText(Explain(GetParam().builder.Build()));
  std::string_view rest = text;
  while (const auto line = TakeLine(rest)) {
    const bool to_be_copied = line->starts_with("              ") || line->starts_with("  bundle");
    EXPECT_TRUE(to_be_copied || line->size() <= 80) << *line;
    EXPECT_FALSE(line->ends_with(' ')) << *line;
  }
}

TEST_P(EveryCase, IsValidJsonThatSaysTheSame) {
  const Verdict verdict = Explain(GetParam().builder.Build());
  const auto json = ParseJsonObject(VerdictJson(verdict), "summary.json");
  ASSERT_TRUE(json.has_value()) << json.error().Message();
  EXPECT_EQ((*json)["schema"], "headroom.summary/1");
  EXPECT_EQ((*json)["cause"], CauseName(verdict.cause));
  EXPECT_EQ((*json)["confidence"], ConfidenceName(verdict.confidence));
  EXPECT_EQ((*json)["headline"], verdict.headline);
  ASSERT_EQ((*json)["statements"].size(), verdict.statements.size());
  EXPECT_EQ((*json)["victim"].is_null(), !verdict.victim_pid.has_value());
}

TEST(VerdictJson, HasEveryField) {
  const auto json = ParseJsonObject(VerdictJson(Explain(KillSingle().Build())), "summary.json");
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ((*json)["container"], "web");
  EXPECT_EQ((*json)["cause"], "limit-anon");
  EXPECT_EQ((*json)["confidence"], "observed");
  EXPECT_EQ((*json)["level"], "/box.slice/web");
  EXPECT_EQ((*json)["limit"], 67108864);
  EXPECT_EQ((*json)["killer"], "kernel");
  EXPECT_EQ((*json)["victim"]["pid"], 4321);
  EXPECT_EQ((*json)["victim"]["comm"], "eat");
  EXPECT_EQ((*json)["victim"]["is_init"], true);
  EXPECT_EQ((*json)["victim"]["rss"], 60004 * 1024);
  EXPECT_EQ((*json)["kills"], 1);
  EXPECT_EQ((*json)["killed_wall"], "2025-11-21T03:12:44.000Z");
  EXPECT_EQ((*json)["held"]["anon"], 60600000);
  EXPECT_EQ((*json)["held"]["at_kill"], false);
  EXPECT_EQ((*json)["held"]["evidence"], "before/memory.stat:1");
  EXPECT_EQ((*json)["growth"]["bytes_per_second"], 6 * 1048576);
  EXPECT_EQ((*json)["growth"]["duration_ns"], 8'000'000'000);
  EXPECT_EQ((*json)["snapshot_age_ns"], 400'000'000);
  EXPECT_EQ((*json)["statements"][0]["label"], "limit");
  EXPECT_EQ((*json)["statements"][0]["evidence"], "kernel/oom.log:2");
  EXPECT_FALSE((*json)["advice"].empty());
  EXPECT_EQ((*json)["bundle"], "/var/lib/headroom/bundles/runc-web/20251121T031244Z");
}

TEST(VerdictJson, WhatIsNotKnownIsNull) {
  const auto json = ParseJsonObject(VerdictJson(Verdict{}), "summary.json");
  ASSERT_TRUE(json.has_value());
  for (const char* key : {"level", "limit", "killer", "victim", "kills", "bundle", "killed_wall",
                          "init_alive", "held", "growth", "snapshot_age_ns"}) {
    EXPECT_TRUE((*json)[key].is_null()) << key;
  }
}

TEST(Explain, NoEvidenceAtAllIsUnknown) {
  const Verdict verdict = Explain(Evidence{});
  EXPECT_EQ(verdict.cause, Cause::kUnknown);
  EXPECT_EQ(verdict.confidence, Confidence::kInferred);
  EXPECT_TRUE(verdict.statements.empty());
  EXPECT_EQ(verdict.killer, "");
}

TEST(Explain, AStallAndAKillBySomebodyElseAreNotTheKernels) {
  const Verdict stalled = Explain(KillSingle().Kind(BundleKind::kStall).Build());
  EXPECT_EQ(stalled.cause, Cause::kThrottledStuck);
  EXPECT_EQ(stalled.killer, "");
  const Verdict killed = Explain(KillSingle().Kind(BundleKind::kKilled).Build());
  EXPECT_EQ(killed.cause, Cause::kUnknown);  // of a kill, so not "not-killed"
  EXPECT_EQ(killed.headline.find("not by the kernel"), std::string::npos) << "one was counted";
}

TEST(Explain, ADenialRestsOnItsRule) {
  const Verdict verdict = Explain(Denied().Build());
  EXPECT_EQ(verdict.cause, Cause::kDenied);
  EXPECT_EQ(verdict.confidence, Confidence::kObserved);
  EXPECT_EQ(verdict.kills, std::nullopt);
  ASSERT_EQ(verdict.statements.size(), 2U);
  EXPECT_EQ(verdict.statements[0].label, "denied");
  EXPECT_TRUE(verdict.statements[0].evidence.starts_with("container.json:"));
  EXPECT_EQ(verdict.advice.at(1), "  docker run --memory 512m ...");
}

TEST(Explain, NeitherFactNorAdviceOfADenialIsCut) {
  Evidence evidence = Denied().Build();
  FindingRecord& finding = evidence.container.findings.at(0);
  finding.fact = std::string(400, 'f') + " end";
  finding.advice = std::string(400, 'a') + " end";
  const Verdict verdict = Explain(evidence);
  EXPECT_EQ(verdict.statements.at(0).text, finding.rule + ": " + finding.fact);
  EXPECT_EQ(verdict.advice.at(1), "  " + finding.advice);
  finding.fact = std::string(1U << 20U, 'f');
  EXPECT_LT(Explain(evidence).statements.at(0).text.size(), 4096U) << "no rule says so much";
}

}  // namespace
}  // namespace headroom
