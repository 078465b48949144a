#include "policy/deny_line.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(DenyLine, IsOneLineInTheAgreedForm) {
  Finding finding;
  finding.rule = "shm-sized";
  finding.fact = "/dev/shm may hold\n64 MiB";
  finding.advice = "docker run --shm-size 32m ...";
  EXPECT_EQ(DenyLine(finding),
            "headroom: denied: shm-sized: /dev/shm may hold\\x0a64 MiB; docker run --shm-size 32m "
            "...");
}

TEST(DenyLine, HoldsNoPhraseThatAnEngineMistakesForAnotherFailure) {
  EXPECT_EQ(WithoutMisleadingPhrases("x Permission Denied y no such file or directory"),
            "x Permission_Denied y no_such_file_or_directory");
  EXPECT_EQ(WithoutMisleadingPhrases("not a directory not a directory"),
            "not_a_directory not_a_directory");
  EXPECT_EQ(WithoutMisleadingPhrases("headroom: denied: a"), "headroom: denied: a");
}

}  // namespace
}  // namespace headroom
