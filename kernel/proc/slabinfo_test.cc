#include "kernel/proc/slabinfo.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr const char* kHead =
    "slabinfo - version: 2.1\n"
    "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables\n";

std::string Row(const char* row) { return std::string(kHead) + row + "\n"; }

TEST(Slabinfo, SizesAreThePagesOfTheSlabs) {
  const auto caches = ParseSlabinfo(
      Row("dentry             21000  21504    192   21    1 : tunables    0    0    0 : slabdata "
          "  1024   1024      0\n"
          "kmalloc-8k            20     24   8192    4    8 : tunables    0    0    0 : slabdata "
          "     6      6      0"),
      Kibibytes(4));
  ASSERT_TRUE(caches.has_value()) << caches.error().Message();
  ASSERT_EQ(caches->size(), 2U);
  EXPECT_EQ(caches->at(0).name, "dentry");
  EXPECT_EQ(caches->at(0).objects, 21504U);
  EXPECT_EQ(caches->at(0).object_size, Bytes{192});
  EXPECT_EQ(caches->at(0).size, Mebibytes(4));
  EXPECT_EQ(caches->at(1).size, Kibibytes(192));
}

TEST(Slabinfo, NothingButItsHeadHasNoCaches) {
  EXPECT_TRUE(ParseSlabinfo(kHead, Kibibytes(4)).value().empty());
}

TEST(Slabinfo, WhatIsBrokenIsNamedByItsLine) {
  for (const char* row :
       {"", "dentry", "dentry 1 2 3 4 5", "dentry 1 2 3 4 5 : tunables 0 0 0 : slabdata 1",
        "dentry 1 -2 3 4 5 : tunables 0 0 0 : slabdata 1 1 0",
        "dentry 1 2 3 4 5 : tunables 0 0 0 : slabdata 1 18446744073709551615 0",
        "dentry 1 2 3 4 4294967296 : tunables 0 0 0 : slabdata 1 4294967296 0"}) {
    const auto caches = ParseSlabinfo(Row(row), Kibibytes(4));
    ASSERT_FALSE(caches.has_value()) << row;
    EXPECT_EQ(caches.error().code, ErrorCode::kMalformed);
    EXPECT_EQ(caches.error().where, "slabinfo:3");
  }
  EXPECT_EQ(ParseSlabinfo("", Kibibytes(4)).error().where, "slabinfo:1");
  EXPECT_FALSE(ParseSlabinfo("dentry 1 2 3", Kibibytes(4)).has_value());
}

}  // namespace
}  // namespace headroom
