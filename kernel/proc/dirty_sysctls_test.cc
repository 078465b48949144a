#include "kernel/proc/dirty_sysctls.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

class DirtySysctlsTest : public testing::Test {
 protected:
  [[nodiscard]] DirtySysctls Read() const { return ReadDirtySysctls({.proc = tree_.path()}); }
  TemporaryDirectory tree_;
};

TEST_F(DirtySysctlsTest, OnlyTheOneThatTheKernelGoesByIsTold) {
  tree_.Write("sys/vm/dirty_ratio", "20\n");
  tree_.Write("sys/vm/dirty_bytes", "0\n");
  tree_.Write("sys/vm/dirty_background_ratio", "0\n");
  tree_.Write("sys/vm/dirty_background_bytes", "4194304\n");
  EXPECT_EQ(Read().hard.ratio, 20U);
  EXPECT_EQ(Read().hard.bytes, std::nullopt);
  EXPECT_EQ(Read().background.ratio, std::nullopt);
  EXPECT_EQ(Read().background.bytes, Mebibytes(4));
}

TEST_F(DirtySysctlsTest, ZeroInBothIsARatioOfZero) {
  tree_.Write("sys/vm/dirty_background_ratio", "0\n");
  tree_.Write("sys/vm/dirty_background_bytes", "0\n");
  EXPECT_EQ(Read().background.ratio, 0U);
  EXPECT_EQ(Read().background.bytes, std::nullopt);
}

TEST_F(DirtySysctlsTest, WhatCannotBeReadIsNotZero) {
  EXPECT_EQ(Read().hard.ratio, std::nullopt);
  tree_.Write("sys/vm/dirty_ratio", "some\n");
  EXPECT_EQ(Read().hard.ratio, std::nullopt);
  EXPECT_EQ(Read().hard.bytes, std::nullopt);
}

}  // namespace
}  // namespace headroom
