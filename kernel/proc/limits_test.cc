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

TEST(ParseMemlock, UnderstandsThisKernels) {
  EXPECT_TRUE(ParseMemlock(ReadFileAt(AT_FDCWD, "/proc/self/limits", 65536).value()));
}

}  // namespace
}  // namespace headroom
