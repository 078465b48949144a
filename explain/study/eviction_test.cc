#include "explain/study/eviction.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

const PodName kWeb{.name_space = "shop", .name = "web"};

KeptLog LogOf(const std::vector<std::string>& bodies) {
  KeptLog log;
  for (const std::string& body : bodies) {
    ContainerLine line;
    line.text = "I0528 16:05:50.514706 1 eviction_manager.go:405] " + body;
    log.lines.push_back(std::move(line));
  }
  return log;
}

std::string Must(const std::string& resource) {
  return "\"Eviction manager: must evict pod(s) to reclaim\" resourceName=\"" + resource + "\"";
}
std::string Ranked(const std::string& pods) {
  return "\"Eviction manager: pods ranked for eviction\" pods=[" + pods + "]";
}
std::string Evicted(const std::string& pod) {
  return "\"Eviction manager: pod is evicted successfully\" pod=\"" + pod + "\"";
}
std::string Critical(const std::string& pod) {
  return "\"Eviction manager: cannot evict a critical pod\" pod=\"" + pod + "\"";
}
std::string Failed(const std::string& pod) {
  return "\"Eviction manager: pod failed to evict\" err=\"timeout\" pod=\"" + pod + "\"";
}

TEST(Eviction, IsDoneWhereTheKubeletSaysSoAndForWhatItNeededThen) {
  const auto found = FindEviction(
      LogOf({Must("memory"), Ranked(R"("shop/web","shop/db")"), Evicted("shop/web")}), kWeb);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->done);
  EXPECT_EQ(found->line, 2U);
  EXPECT_EQ(found->resource, "memory");
  EXPECT_EQ(found->resource_line, 0U);
  EXPECT_TRUE(IsForMemory(*found));
}

TEST(Eviction, OfAPodWhoseNameBeginsTheSameIsNone) {
  EXPECT_FALSE(FindEviction(
      LogOf({Must("memory"), Ranked(R"("shop/web-0","shop/web")"), Evicted("shop/web-0")}), kWeb));
  EXPECT_FALSE(FindEviction(LogOf({Evicted("shop/we"), Evicted("shop-a/web")}), kWeb));
}

TEST(Eviction, IsBeginningWhereThePodStandsFirstBehindThoseThatMustStay) {
  const auto first = FindEviction(LogOf({Must("pids"), Ranked(R"("shop/web","shop/db")")}), kWeb);
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->done);
  EXPECT_EQ(first->line, 1U);
  EXPECT_EQ(first->resource, "pids");
  EXPECT_FALSE(IsForMemory(*first));
  const std::vector<std::string> ranked = {Must("memory"), Ranked(R"("shop/db","shop/web")")};
  EXPECT_FALSE(FindEviction(LogOf(ranked), kWeb)) << "another one goes first";
  EXPECT_TRUE(FindEviction(LogOf({ranked[0], ranked[1], Critical("shop/db")}), kWeb));
  EXPECT_FALSE(FindEviction(LogOf({Must("memory"), Ranked(R"("shop/web","shop/db")"),
                                   Critical("shop/web"), Evicted("shop/db")}),
                            kWeb));
}

TEST(Eviction, WhatWasNeededForAnotherPodIsNotItsReason) {
  const auto found = FindEviction(LogOf({Must("memory"), Ranked(R"("shop/db","shop/web")"),
                                         Evicted("shop/db"), Evicted("shop/web")}),
                                  kWeb);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->done);
  EXPECT_EQ(found->resource, "") << "it was above its own limit of storage, say";
}

TEST(Eviction, ThatWasNotSeenToEndIsOneThatWasTried) {
  const auto found =
      FindEviction(LogOf({Must("memory"), Ranked(R"("shop/web")"), Failed("shop/web")}), kWeb);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->done);
  EXPECT_EQ(found->line, 2U);
  EXPECT_EQ(found->resource, "memory");
  const auto again =
      FindEviction(LogOf({Must("memory"), Ranked(R"("shop/web")"), Failed("shop/web"),
                          Must("inodes"), Ranked(R"("shop/web")"), Evicted("shop/web")}),
                   kWeb);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->done);
  EXPECT_EQ(again->resource, "inodes");
}

TEST(Eviction, ARankingThatEndsWithNobodyEvictedIsNone) {
  EXPECT_FALSE(FindEviction(LogOf({Must("memory"), Ranked(R"("shop/web")"),
                                   "\"Eviction manager: unable to evict any pods from the node\""}),
                            kWeb));
  EXPECT_FALSE(FindEviction({}, kWeb));
}

TEST(Eviction, OfTheMessageToTheUserTakesItsResource) {
  const auto found = FindEviction(
      LogOf({"\"Evicting pod\" pod=\"shop/web\" message=\"The node was low on resource: memory. \"",
             Evicted("shop/web")}),
      kWeb);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->done);
  EXPECT_EQ(found->resource, "memory");
  EXPECT_EQ(found->resource_line, 0U);
}

}  // namespace
}  // namespace headroom
