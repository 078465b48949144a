#include "evidence/kubelet_line.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

constexpr const char* kHeader = "I0528 16:05:50.514706 2269385 eviction_manager.go:405] ";
const PodName kWeb{.name_space = "shop", .name = "web-0"};
const PodName kDb{.name_space = "data", .name = "db-1"};
const PodName kNone;

std::optional<KubeletLine> Parsed(const std::string& body) {
  return ParseKubeletLine(kHeader + body);
}

KubeletLine About(KubeletEvent event, std::vector<PodName> pods) {
  return {.event = event, .resource = {}, .pods = std::move(pods)};
}

TEST(KubeletLine, SaysOfWhichResourceThereIsTooLittle) {
  const KubeletLine memory{.event = KubeletEvent::kMustEvict, .resource = "memory", .pods = {}};
  EXPECT_EQ(Parsed(R"("Eviction manager: must evict pod(s) to reclaim" resourceName="memory")"),
            memory);
  EXPECT_EQ(Parsed("eviction manager: must evict pod(s) to reclaim memory"), memory);
  EXPECT_EQ(Parsed("eviction manager: must evict pod(s) to reclaim imagefs")->resource, "imagefs");
  EXPECT_FALSE(Parsed(R"("Eviction manager: must evict pod(s) to reclaim")"));
  EXPECT_FALSE(Parsed("eviction manager: must evict pod(s) to reclaim "));
  EXPECT_FALSE(Parsed("eviction manager: must evict pod(s) to reclaim a\x1b[31m"));
}

TEST(KubeletLine, NamesThePodThatWasEvicted) {
  const KubeletLine evicted = About(KubeletEvent::kEvicted, {kWeb});
  EXPECT_EQ(Parsed(R"("Eviction manager: pod is evicted successfully" pod="shop/web-0")"), evicted);
  EXPECT_EQ(Parsed(R"("Eviction manager: pods evicted, waiting for pod to be cleaned up" )"
                   R"(pods=["shop/web-0"])"),
            evicted);
  EXPECT_EQ(Parsed("eviction manager: pod web-0_shop(edde7e59-4cb6) is evicted successfully"),
            evicted);
  EXPECT_EQ(Parsed("eviction manager: pods web-0_shop(edde7e59) evicted, waiting for pod to be "
                   "cleaned up"),
            evicted);
  EXPECT_EQ(Parsed("eviction manager: pod web-0_shop(edde7e59) evicted, waiting for pod to be "
                   "cleaned up"),
            evicted);
}

TEST(KubeletLine, HasARankingInItsOrderInEveryVersionsSpelling) {
  const KubeletLine ranked = About(KubeletEvent::kRanked, {kWeb, kDb});
  const std::string head = R"("Eviction manager: pods ranked for eviction" )";
  EXPECT_EQ(Parsed(head + R"(pods=["shop/web-0","data/db-1"])"), ranked);
  EXPECT_EQ(Parsed(head + R"(pods="[shop/web-0 data/db-1]")"), ranked);
  EXPECT_EQ(Parsed(head + "pods=[shop/web-0 data/db-1]"), ranked);
  EXPECT_EQ(Parsed(head + "pods=\"web-0_shop(1-2), db-1_data(3-4)\""), ranked);
  EXPECT_EQ(Parsed("eviction manager: pods ranked for eviction: web-0_shop(1-2), db-1_data(3-4)"),
            ranked);
}

TEST(KubeletLine, WhatIsNoNameOfAPodKeepsItsPlaceInARanking) {
  const auto line =
      Parsed(R"("Eviction manager: pods ranked for eviction" pods=["no name!","shop/web-0"])");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->pods, (std::vector<PodName>{kNone, kNone, kWeb}));
}

TEST(KubeletLine, OneThatIsCutOffNamesNobody) {
  const std::string whole =
      kHeader + std::string(R"("Eviction manager: pod is evicted successfully" pod="shop/web-01")");
  ASSERT_TRUE(ParseKubeletLine(whole));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(ParseKubeletLine(std::string_view(whole).substr(0, length))) << length;
  }
  EXPECT_FALSE(
      Parsed(R"("Eviction manager: pods ranked for eviction" pods=["shop/web-0","data/db)"));
  EXPECT_FALSE(
      Parsed("eviction manager: pods web-0_shop(edde7 evicted, waiting for pod to be "
             "cleaned up"));
}

TEST(KubeletLine, TellsWhatMustNotBeEvictedAndWhatCouldNotBe) {
  EXPECT_EQ(Parsed(R"("Eviction manager: cannot evict a critical pod" pod="data/db-1")"),
            About(KubeletEvent::kRefused, {kDb}));
  EXPECT_EQ(Parsed("eviction manager: cannot evict a critical static pod db-1_data(3-4)"),
            About(KubeletEvent::kRefused, {kDb}));
  EXPECT_EQ(Parsed(R"("Eviction manager: pod failed to evict" err="timeout \"a/b\"" )"
                   R"(pod="shop/web-0")"),
            About(KubeletEvent::kFailed, {kWeb}));
  EXPECT_EQ(Parsed("eviction manager: pod web-0_shop(1-2) failed to evict timed out"),
            About(KubeletEvent::kFailed, {kWeb}));
  EXPECT_EQ(Parsed(R"("Eviction manager: unable to evict any pods from the node")"),
            About(KubeletEvent::kGaveUp, {}));
}

TEST(KubeletLine, AtHighVerbosityTheMessageToTheUserStatesTheResource) {
  const std::string head = R"("Evicting pod" pod="shop/web-0" podUID="1-2" message=)";
  const auto low = Parsed(head + R"("The node was low on resource: ephemeral-storage. Threshold )"
                                 R"(quantity: 30Gi, available: 24094024Ki. ")");
  EXPECT_EQ(
      low, (KubeletLine{
               .event = KubeletEvent::kEvicting, .resource = "ephemeral-storage", .pods = {kWeb}}));
  const auto other =
      Parsed(head + R"("Usage of EmptyDir volume \"x\" exceeds the limit \"1Gi\". ")");
  EXPECT_EQ(other, About(KubeletEvent::kEvicting, {kWeb}));
}

TEST(KubeletLine, OnlyTheEvictionManagersOwnWordsCount) {
  const std::string said = R"("Eviction manager: pod is evicted successfully" pod="shop/web-0")";
  EXPECT_FALSE(ParseKubeletLine(said)) << "without the header of klog";
  EXPECT_FALSE(ParseKubeletLine("I0528 16:05:50.514706 1 prober.go:107] " + said));
  EXPECT_FALSE(ParseKubeletLine("X0528 16:05:50.514706 1 eviction_manager.go:405] " + said));
  EXPECT_FALSE(ParseKubeletLine("I0528 16:05:50.514706 1 eviction_manager.go:] " + said));
  EXPECT_FALSE(ParseKubeletLine("I0528 16:05:50.514706 1 my_eviction_manager.go:4] " + said));
  EXPECT_FALSE(Parsed("quoted: " + said));
  EXPECT_FALSE(Parsed(R"("Eviction manager: synchronize housekeeping")"));
  EXPECT_FALSE(ParseKubeletLine(""));
}

TEST(KubeletLine, WithOtherNamesSaysTheSame) {
  const auto other = [](const PodName& pod) {
    return PodName{.name_space = pod.name_space, .name = "pod-1"};
  };
  EXPECT_EQ(
      RenamedKubeletLine(
          std::string(kHeader) + "eviction manager: pod web-0_shop(1-2) is evicted successfully",
          other),
      kHeader + std::string(R"("Eviction manager: pod is evicted successfully" pod="shop/pod-1")"));
  EXPECT_FALSE(RenamedKubeletLine("anything", other));
}

}  // namespace
}  // namespace headroom
