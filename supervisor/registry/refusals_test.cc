#include "supervisor/registry/refusals.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr const char* kWeb = "/run/headroom/containers/web/1";
constexpr const char* kDb = "/run/headroom/containers/db/1";

Error NoDescriptors() { return SystemError("memory.events", "cannot be opened", EMFILE).error(); }
Error Denied() { return MakeError(ErrorCode::kDenied, "web", "is another's").error(); }

TEST(Refusals, WhatMayPassIsWaitedForForAMinuteFromTheFirstRefusalOn) {
  Refusals refusals;
  EXPECT_FALSE(refusals.AnyAwaited(0s));
  refusals.Add(kWeb, NoDescriptors(), 100s);
  EXPECT_TRUE(refusals.AnyAwaited(100s));
  refusals.Add(kWeb, NoDescriptors(), 150s);
  EXPECT_TRUE(refusals.AnyAwaited(159s));
  EXPECT_FALSE(refusals.AnyAwaited(160s)) << "the others cannot wait for ever";
  refusals.Add(kWeb, NoDescriptors(), 170s);
  EXPECT_FALSE(refusals.AnyAwaited(171s));
}

TEST(Refusals, WhatWillNotPassIsNotWaitedFor) {
  for (const ErrorCode code : {ErrorCode::kDenied, ErrorCode::kMalformed, ErrorCode::kGone,
                               ErrorCode::kNotFound, ErrorCode::kTooLarge}) {
    Refusals refusals;
    refusals.Add(kWeb, MakeError(code, "web", "is refused").error(), 100s);
    EXPECT_TRUE(refusals.Has(kWeb));
    EXPECT_FALSE(refusals.AnyAwaited(100s)) << ErrorCodeName(code);
  }
}

TEST(Refusals, OneThatWaitsIsEnough) {
  Refusals refusals;
  refusals.Add(kWeb, Denied(), 100s);
  refusals.Add(kDb, SystemError("db", "cannot be read", ENOMEM).error(), 100s);
  EXPECT_TRUE(refusals.AnyAwaited(101s));
  refusals.Remove(kDb);  // it was adopted
  EXPECT_FALSE(refusals.AnyAwaited(101s));
}

TEST(Refusals, AReasonThatTurnsOutToStayIsNotWaitedForAnyLonger) {
  Refusals refusals;
  refusals.Add(kWeb, NoDescriptors(), 100s);
  refusals.Add(kWeb, Denied(), 101s);
  EXPECT_FALSE(refusals.AnyAwaited(102s));
}

TEST(Refusals, EachReasonIsToldOnce) {
  Refusals refusals;
  EXPECT_TRUE(refusals.Add(kWeb, NoDescriptors(), 100s));
  EXPECT_FALSE(refusals.Add(kWeb, NoDescriptors(), 101s));
  EXPECT_TRUE(refusals.Add(kDb, NoDescriptors(), 101s));
  EXPECT_TRUE(refusals.Add(kWeb, Denied(), 102s));
}

TEST(Refusals, WhatIsNotRegisteredAnyMoreIsForgotten) {
  Refusals refusals;
  refusals.Add(kWeb, NoDescriptors(), 100s);
  refusals.Add(kDb, NoDescriptors(), 100s);
  refusals.KeepOnly({{.container_key = "db", .generation_key = "1", .path = kDb}});
  EXPECT_FALSE(refusals.Has(kWeb));
  EXPECT_TRUE(refusals.Has(kDb));
  refusals.KeepOnly({});
  EXPECT_FALSE(refusals.AnyAwaited(100s));
}

}  // namespace
}  // namespace headroom
