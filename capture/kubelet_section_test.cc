#include "capture/kubelet_section.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"
#include "evidence/kept_log.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

const PodName kPod{.name_space = "shop", .name = "web"};

JournalEntry Entry(const std::string& pod) {
  return {.at = 5s,
          .since_boot = {},
          .message =
              "I0528 16:05:54.802914 2269385 eviction_manager.go:627] \"Eviction manager: pod "
              "is evicted successfully\" pod=\"" +
              pod + "\"",
          .speaker = "kubelet",
          .unit = "k3s.service"};
}

Section Of(std::vector<JournalEntry> entries) {
  return KubeletSectionOf(kPod,
                          JournalSlice{.entries = std::move(entries), .cut = false, .oldest = {}});
}

TEST(KubeletSection, HasTheLineThatNamesThePodAndTheUnitThatWroteIt) {
  const Section section = Of({Entry("shop/web")});
  EXPECT_EQ(section.row.section, "host/kubelet.log");
  ASSERT_EQ(section.row.outcome, Outcome::kComplete);
  const KeptLog log = ParseKeptLog(section.bytes);
  ASSERT_EQ(log.lines.size(), 1U);
  EXPECT_EQ(log.lines[0].stream, "k3s.service");
  EXPECT_EQ(log.lines[0].text, Entry("shop/web").message) << "what was escaped reads back";
}

TEST(KubeletSection, KeepsNothingOfOtherPodsAlone) {
  const Section section = Of({Entry("shop/web-0"), Entry("shop/we"), Entry("web/shop")});
  EXPECT_EQ(section.row.outcome, Outcome::kUnavailable);
  EXPECT_EQ(section.bytes, "");
  EXPECT_NE(section.row.reason.find("nothing of an eviction of its pod"), std::string::npos);
}

TEST(KubeletSection, WhatAnEngineHandsOnOfAContainerIsNoWordOfTheKubelet) {
  JournalEntry entry = Entry("shop/web");
  entry.of_container = true;
  EXPECT_EQ(Of({entry}).row.outcome, Outcome::kUnavailable);
}

TEST(KubeletSection, KeepsTheLastLinesWhereThereAreMany) {
  std::vector<JournalEntry> entries(40, Entry("shop/other"));
  entries.push_back(Entry("shop/web"));
  const KeptLog log = ParseKeptLog(Of(std::move(entries)).bytes);
  ASSERT_EQ(log.lines.size(), 32U);
  EXPECT_EQ(log.lines.back().text, Entry("shop/web").message);
}

TEST(KubeletSection, SaysWhyThereIsNone) {
  Enrolment container;
  EXPECT_EQ(ReadKubeletSection(container, 0s).row.reason,
            "the container is in no pod of Kubernetes");
  container.pod = kPod;
  const TemporaryDirectory empty;
  EXPECT_EQ(ReadKubeletSection(container, 0s, empty.path()).row.outcome, Outcome::kUnavailable);
  const Section broken = ReadKubeletSection(container, 0s, empty.path() + "/none");
  EXPECT_EQ(broken.row.outcome, Outcome::kUnavailable);
  EXPECT_NE(broken.row.reason.find("journal"), std::string::npos) << broken.row.reason;
}

}  // namespace
}  // namespace headroom
