#include "supervisor/retention/pre_kill_prune.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

using namespace std::chrono_literals;

PreKillCandidate Of(const std::string& name, std::optional<std::size_t> bundle,
                    BootTime began = 1h) {
  return {.directory = {.container_dir = "runc-web", .name = name, .hash = {}, .began = began},
          .size = {.bytes = Mebibytes(10), .on_disk = Mebibytes(10)},
          .bundle = bundle};
}

std::vector<std::string> Chosen(std::vector<PreKillCandidate> candidates, const FilesBounds& bounds,
                                BootTime now = 61min) {
  std::vector<std::string> names;
  for (const auto& chosen : ChooseFilesToRemove(std::move(candidates), bounds, now)) {
    names.push_back(chosen.directory.name);
  }
  return names;
}

using Names = std::vector<std::string>;

TEST(ChooseFilesToRemove, WhatABundleTellsOfStaysWhileThereIsRoom) {
  EXPECT_EQ(Chosen({Of("a", 0), Of("b", 1)}, {.max_bytes = Mebibytes(20), .to_free = {}}), Names{});
  EXPECT_EQ(Chosen({Of("a", 0)}, {}, 1000h), Names{}) << "it is as old as its bundle may be";
}

TEST(ChooseFilesToRemove, OneWhoseKillNeverCameGoesAfterHalfAnHour) {
  EXPECT_EQ(Chosen({Of("waits", {})}, {}, 89min), Names{});
  EXPECT_EQ(Chosen({Of("waits", {})}, {}, 91min), Names{"waits"});
}

TEST(ChooseFilesToRemove, OneOfAnEarlierBootGoesAtOnce) {
  EXPECT_EQ(Chosen({Of("before", {})}, {}, 10min), Names{"before"});
}

TEST(ChooseFilesToRemove, TheOldestBundlesGoWhileAllTogetherAreTooMuch) {
  const FilesBounds bounds{.max_bytes = Mebibytes(20), .to_free = {}};
  EXPECT_EQ(Chosen({Of("new", 0), Of("old", 9), Of("mid", 5), Of("older", 12)}, bounds),
            (Names{"older", "old"}));
  EXPECT_EQ(Chosen({Of("only", 0)}, {.max_bytes = Mebibytes(9), .to_free = {}}), Names{"only"});
}

TEST(ChooseFilesToRemove, OneThatWaitsForItsBundleCostsNoOtherAndStaysOnAFullDisk) {
  EXPECT_EQ(Chosen({Of("waits", {}), Of("a", 0)}, {.max_bytes = Mebibytes(10), .to_free = {}}),
            Names{});
  EXPECT_EQ(Chosen({Of("waits", {}), Of("a", 0)}, {.max_bytes = {}, .to_free = Mebibytes(1)}),
            Names{"a"});
}

TEST(ChooseFilesToRemove, AFullDiskTakesNoMoreThanItNeeds) {
  EXPECT_EQ(
      Chosen({Of("a", 0), Of("b", 1), Of("c", 2)}, {.max_bytes = {}, .to_free = Mebibytes(15)}),
      (Names{"c", "b"}));
  EXPECT_EQ(Chosen({Of("lost", {}, 1min), Of("b", 1)}, {.max_bytes = {}, .to_free = Mebibytes(10)}),
            Names{"lost"})
      << "what nobody needs is worth as much";
}

}  // namespace
}  // namespace headroom
