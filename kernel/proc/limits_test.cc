#include "kernel/proc/limits.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace headroom {
namespace {

TEST(ParseMemlock, TakesTheSoftLimit) {
  EXPECT_EQ(
      ParseMemlock("Limit                     Soft Limit           Hard Limit           Units\n"
                   "Max processes             7                    7                    processes\n"
                   "Max locked memory         65536                131072               bytes\n")
          .value(),
      Limit(Kibibytes(64)));
  EXPECT_EQ(ParseMemlock("Max locked memory  unlimited  unlimited  bytes\n").value(),
            Limit::Unlimited());
  EXPECT_EQ(ParseMemlock("Max locked memory  0  0  bytes\n").value(), Limit(Bytes{0}));
}

TEST(ParseMemlock, RefusesTextWithoutIt) {
  for (const char* bad : {"", "Max locked memory\n", "Max locked memory  lots  1  bytes\n",
                          "Max processes  1  1  processes\n"}) {
    EXPECT_EQ(ParseMemlock(bad).error().code, ErrorCode::kMalformed) << bad;
  }
}

TEST(ProcessLimits, AreTheSoftOnes) {
  const auto limits = ParseProcessLimits(
      "Limit                     Soft Limit           Hard Limit        Units\n"
      "Max data size             unlimited            unlimited         bytes\n"
      "Max open files            1024                 524288            files\n"
      "Max locked memory         8388608              8388608           bytes\n"
      "Max address space         16777216             unlimited         bytes\n");
  EXPECT_EQ(limits.address_space, Limit(Mebibytes(16)));
  EXPECT_EQ(limits.data, Limit::Unlimited());
  EXPECT_EQ(limits.memlock, Limit(Mebibytes(8)));
  EXPECT_EQ(limits.files, 1024U);
}

TEST(ProcessLimits, WhatIsNotThereIsNotKnown) {
  for (const char* text : {"", "Max open files\n", "Max open files  lots  1\n",
                           "Max open files unlimited unlimited files\n"}) {
    const auto limits = ParseProcessLimits(text);
    EXPECT_EQ(limits.files, std::nullopt) << text;
    EXPECT_EQ(limits.address_space, std::nullopt);
  }
}

TEST(ParseMemlock, UnderstandsThisKernels) {
  EXPECT_TRUE(ParseMemlock(ReadFileAt(AT_FDCWD, "/proc/self/limits", 65536).value()));
}

}  // namespace
}  // namespace headroom
