#include <gtest/gtest.h>

#include "evidence/pre_kill_result.h"
#include "explain/testing/cases.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;
using Outcome = PreKillResult::Outcome;

/// What is said of an action before the kill; "": nothing is.
std::string SaidOf(const PreKillResult& action) {
  EvidenceBuilder builder = KillSingle();
  builder.File("pre_kill.json", SerializePreKillResult(action));
  for (const Statement& statement : Explain(builder.Build()).statements) {
    if (statement.label == "pre-kill") return statement.text;
  }
  return "";
}

TEST(PreKillStatements, SayWhereTheCommandsFilesAre) {
  EXPECT_EQ(SaidOf({.outcome = Outcome::kExited,
                    .command = {"/usr/bin/gcore"},
                    .took = std::chrono::seconds(2),
                    .directory = "pre-kill-1a2b3c4d-5"}),
            "/usr/bin/gcore ended with 0 after 2.0 s; its files are beside the bundle, in "
            "pre-kill-1a2b3c4d-5");
  EXPECT_EQ(SaidOf({.outcome = Outcome::kUnderWay, .directory = "pre-kill-1a2b3c4d-5"}),
            "what its policy names had not ended when this was written; its files are beside the "
            "bundle, in pre-kill-1a2b3c4d-5");
}

TEST(PreKillStatements, SayWhyACommandHadNoDirectory) {
  EXPECT_EQ(SaidOf({.outcome = Outcome::kKilled,
                    .status = 9,
                    .command = {"/bin/x"},
                    .took = std::chrono::seconds(2),
                    .why_no_directory = "/store: cannot be made"}),
            "/bin/x was killed by signal 9 after 2.0 s; it had no directory for files: /store: "
            "cannot be made");
}

}  // namespace
}  // namespace headroom
