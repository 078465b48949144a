#include "capture/not_offered.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace headroom {
namespace {

std::string Told(std::string_view file, int errno_value) {
  return WithWhyNotOffered(SystemError(file, "cannot be opened", errno_value), file)
      .error()
      .Message();
}

TEST(NotOffered, AFileThatTheKernelIsTooOldForSaysSinceWhen) {
  EXPECT_NE(Told("memory.events.local", ENOENT).find("since Linux 5.2"), std::string::npos);
  EXPECT_NE(Told("memory.peak", ENOENT).find("since Linux 5.19"), std::string::npos);
}

TEST(NotOffered, PressureThatIsOffSaysSoWhetherTheFileIsThereOrNot) {
  for (const int errno_value : {ENOENT, EOPNOTSUPP}) {
    EXPECT_NE(Told("pressure/memory", errno_value).find("psi=1"), std::string::npos);
    EXPECT_NE(Told("io.pressure", errno_value).find("psi=1"), std::string::npos);
  }
}

TEST(NotOffered, WhatWasReadIsLeftAsItIs) {
  EXPECT_EQ(WithWhyNotOffered("some text", "memory.pressure").value(), "some text");
}

TEST(NotOffered, WhatFailedForAnotherReasonIsLeftAsItIs) {
  EXPECT_EQ(Told("memory.pressure", EACCES).find("psi"), std::string::npos);
  EXPECT_EQ(Told("memory.events.local", ENODEV).find("Linux"), std::string::npos)
      << "the cgroup is gone";
  EXPECT_EQ(Told("memory.max", ENOENT),
            SystemError("memory.max", "cannot be opened", ENOENT).error().Message());
}

}  // namespace
}  // namespace headroom
