#include "supervisor/watch/ancestors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

// Plain files cannot be polled: that a level is watched is for the integration tests.
TEST(Ancestors, RemembersNothingOfALevelThatCannotBeWatched) {
  const TemporaryDirectory tree;
  const auto loop = EventLoop::Create().value();
  Ancestors ancestors(*loop, {.cgroup_root = tree.path()});
  for (int pod = 0; pod < 3; ++pod) {
    EXPECT_FALSE(ancestors.Join(fmt::format("/pod{}", pod), 1, [](const EventReading&) {}));
  }
  EXPECT_EQ(ancestors.remembered(), 0U);
}

}  // namespace
}  // namespace headroom
