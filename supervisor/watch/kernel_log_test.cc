#include "supervisor/watch/kernel_log.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

OomEvent EventIn(std::optional<std::string> task_memcg, std::vector<int> pids) {
  OomEvent event;
  event.task_memcg = std::move(task_memcg);
  for (const int pid : pids) event.victims.push_back(OomVictim{.pid = pid});
  return event;
}

TEST(Concerns, BelievesTheCgroupWhereTheLogStatesOne) {
  EXPECT_TRUE(Concerns(EventIn("/a/web", {7}), "/a/web", {}));
  EXPECT_TRUE(Concerns(EventIn("/a/web/worker", {7}), "/a/web", {}));
  EXPECT_FALSE(Concerns(EventIn("/a/web2", {7}), "/a/web", {7})) << "a number can be used again";
  EXPECT_FALSE(Concerns(EventIn("/a", {7}), "/a/web", {7}));
}

TEST(Concerns, GoesByProcessOnlyWhereNoCgroupIsStated) {
  EXPECT_TRUE(Concerns(EventIn(std::nullopt, {7, 8}), "/a/web", {7, 8, 9}));
  EXPECT_FALSE(Concerns(EventIn(std::nullopt, {7, 10}), "/a/web", {7, 8, 9}));
  EXPECT_FALSE(Concerns(EventIn(std::nullopt, {}), "/a/web", {7}));
}

TEST(Concerns, NothingConcernsAContainerWithoutACgroup) {
  EXPECT_FALSE(Concerns(EventIn("/a/web", {7}), "", {7}));
  EXPECT_FALSE(Concerns(EventIn("/a/web", {7}), "/", {7}));
  EXPECT_FALSE(Concerns(EventIn(std::nullopt, {7}), "", {7}));
}

TEST(Concerns, KnowsAGroupKillByItsOwnLine) {
  OomEvent event = EventIn(std::nullopt, {7});
  event.group_memcg = "/a/web";
  EXPECT_TRUE(Concerns(event, "/a/web", {}));
  EXPECT_FALSE(Concerns(event, "/a/db", {7}));
}

}  // namespace
}  // namespace headroom
