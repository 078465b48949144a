#include "supervisor/tripwire/nested_roots.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

class NestedRootsTest : public testing::Test {
 protected:
  void Add(const int& key, const std::string& path, std::uint64_t inode, bool may_hold = true) {
    roots_.Add(&key,
               {.path = path, .inode = inode, .may_hold = may_hold, .on_change = [this, &key] {
                  ++told_[&key];
                }});
  }
  NestedRoots roots_;
  std::map<const void*, int> told_;
  int unit_ = 0;
  int box_ = 0;
  int other_ = 0;
};

TEST_F(NestedRootsTest, WhatLiesAtOrBelowAnInnerRootIsTheInnerOnes) {
  Add(unit_, "/unit", 1);
  Add(box_, "/unit/box", 2);
  EXPECT_TRUE(roots_.IsAnothers(&unit_, "/unit/box"));
  EXPECT_TRUE(roots_.IsAnothers(&unit_, "/unit/box/job"));
  EXPECT_FALSE(roots_.IsAnothers(&unit_, "/unit/boxes"));
  EXPECT_FALSE(roots_.IsAnothers(&unit_, "/unit"));
  EXPECT_FALSE(roots_.IsAnothers(&box_, "/unit/box/job"));
  EXPECT_FALSE(roots_.IsAnothers(&box_, "/unit/box"));
}

TEST_F(NestedRootsTest, NeighboursHaveNothingInCommon) {
  Add(box_, "/unit/box", 2);
  Add(other_, "/unit/other", 3);
  EXPECT_FALSE(roots_.IsAnothers(&box_, "/unit/other"));
  EXPECT_EQ(told_[&box_], 0);
}

TEST_F(NestedRootsTest, TheOuterOneIsToldOfWhatComesAndGoesInItAndTheInnerOneIsNot) {
  Add(unit_, "/unit", 1);
  Add(box_, "/unit/box", 2);
  EXPECT_EQ(told_[&unit_], 1);
  roots_.Remove(&box_);
  EXPECT_EQ(told_[&unit_], 2);
  EXPECT_EQ(told_[&box_], 0);
  EXPECT_FALSE(roots_.IsAnothers(&unit_, "/unit/box"));
}

TEST_F(NestedRootsTest, OfTwoWithTheSameCgroupTheFirstHasItUntilItGoes) {
  Add(unit_, "/box", 2);
  Add(box_, "/box", 2);
  EXPECT_FALSE(roots_.IsSecond(&unit_));
  EXPECT_TRUE(roots_.IsSecond(&box_));
  EXPECT_FALSE(roots_.IsAnothers(&unit_, "/box"));
  roots_.Remove(&unit_);
  EXPECT_FALSE(roots_.IsSecond(&box_));
  EXPECT_EQ(told_[&box_], 1);
}

TEST_F(NestedRootsTest, WhatIsOnlyObservedKeepsNoOtherOneFromItsCgroup) {
  Add(unit_, "/box", 2, false);
  Add(box_, "/box", 2);
  EXPECT_FALSE(roots_.IsSecond(&box_));
}

TEST_F(NestedRootsTest, ALaterCgroupOfTheSamePathIsAnotherOne) {
  Add(unit_, "/box", 2);
  Add(box_, "/box", 9);
  EXPECT_FALSE(roots_.IsSecond(&box_));
}

TEST_F(NestedRootsTest, OneThatWasNeverAddedSharesNothing) {
  Add(unit_, "/unit", 1);
  roots_.Remove(&other_);
  EXPECT_FALSE(roots_.IsAnothers(&other_, "/unit"));
  EXPECT_FALSE(roots_.IsSecond(&other_));
}

}  // namespace
}  // namespace headroom
