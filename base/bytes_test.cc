#include "base/bytes.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

TEST(BytesText, ReadsAsPeopleSayIt) {
  EXPECT_EQ(ToText(Bytes{0}), "0 B");
  EXPECT_EQ(ToText(Bytes{1023}), "1023 B");
  EXPECT_EQ(ToText(Mebibytes(64)), "64 MiB");
  EXPECT_EQ(ToText(Mebibytes(1536)), "1.5 GiB");
  EXPECT_EQ(ToText(Mebibytes(1024)), "1 GiB");
  EXPECT_EQ(ToText(Bytes{UINT64_MAX}), "16 EiB");
}

TEST(BytesDifference, NeverWraps) { EXPECT_EQ(Bytes{1} - Bytes{2}, Bytes{0}); }

TEST(Limit, UnlimitedIsAboveEveryNumber) {
  EXPECT_GT(Limit::Unlimited(), Limit(Bytes{UINT64_MAX}));
  EXPECT_LT(Limit(Bytes{1}), Limit(Bytes{2}));
  EXPECT_EQ(Limit::Unlimited(), Limit());
  EXPECT_NE(Limit(Bytes{0}), Limit::Unlimited());
}

TEST(Limit, IsWrittenAsCgroupfsTakesIt) {
  EXPECT_EQ(ToCgroupText(Limit::Unlimited()), "max");
  EXPECT_EQ(ToCgroupText(Limit(Mebibytes(1))), "1048576");
}

TEST(Share, OfNothingIsZero) { EXPECT_EQ(Share(Bytes{5}, Bytes{0}), 0.0); }

}  // namespace
}  // namespace headroom
