#include "container/supervision/told_to_end.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

TEST(ToldToEnd, HoldsFromTheWordOnUntilTheNextStart) {
  const TemporaryDirectory run;
  EXPECT_FALSE(WasToldToEnd(run.path()));
  ASSERT_TRUE(NoteToldToEnd(run.path()));
  ASSERT_TRUE(NoteToldToEnd(run.path())) << "twice is once";
  EXPECT_TRUE(WasToldToEnd(run.path()));
  ForgetToldToEnd(run.path());
  EXPECT_FALSE(WasToldToEnd(run.path()));
  ForgetToldToEnd(run.path());
}

TEST(ToldToEnd, WhatCannotBeNotedIsAnErrorThatNamesTheFile) {
  const auto noted = NoteToldToEnd("/nowhere/headroom");
  ASSERT_FALSE(noted);
  EXPECT_EQ(noted.error().where, "/nowhere/headroom/stopped");
  EXPECT_FALSE(WasToldToEnd("/nowhere/headroom"));
}

}  // namespace
}  // namespace headroom
