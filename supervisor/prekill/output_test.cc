#include "supervisor/prekill/output.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>

#include "base/file.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

/// What can be read at any time, as the output of one that writes faster than anybody reads.
UniqueFd WithoutEnd() { return OpenAt(AT_FDCWD, "/dev/zero", O_RDONLY).value(); }

TEST(ReadUntilEnd, OutputWithoutEndDoesNotProlongTheTime) {
  const auto never_ends = OpenPidfd(getpid());
  ASSERT_TRUE(never_ends) << never_ends.error().Message();
  PreKillResult result;
  EXPECT_FALSE(ReadUntilEnd(never_ends->get(), WithoutEnd().get(), NowBoot() + 50ms, result));
  EXPECT_EQ(result.output, std::string(PreKillResult::kMostOutput, '\0'));
  EXPECT_TRUE(result.output_cut);
}

TEST(ReadRest, OfOutputWithoutEndReadsNoMoreThanIsKept) {
  PreKillResult result;
  ReadRest(WithoutEnd().get(), result);
  EXPECT_LE(result.output.size(), PreKillResult::kMostOutput);
}

TEST(ReadRest, TakesAllThatWaitsInThePipeAndDoesNotWaitForMore) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd output(ends[0]);
  const UniqueFd input(ends[1]);
  const int holds = fcntl(output.get(), F_GETPIPE_SZ);
  ASSERT_GT(holds, 0);
  const std::string full(static_cast<std::size_t>(holds), 'x');
  ASSERT_EQ(write(input.get(), full.data(), full.size()), holds);
  PreKillResult result;
  ReadRest(output.get(), result);
  EXPECT_EQ(result.output, full.substr(0, PreKillResult::kMostOutput));
  EXPECT_EQ(result.output_cut, full.size() > PreKillResult::kMostOutput);
}

}  // namespace
}  // namespace headroom
