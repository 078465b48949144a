#include "cli/why/log_sources.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

JournalEntry Entry(const char* speaker, const char* transport) {
  return {.since_boot = {}, .message = "x", .speaker = speaker, .transport = transport};
}

TEST(IsItsOwnWord, WhatAnEngineHandsOnIsNot) {
  JournalEntry entry = Entry("dockerd", "journal");
  entry.of_container = true;
  EXPECT_FALSE(IsItsOwnWord(entry)) << "the log driver writes under dockerd's name";
  EXPECT_FALSE(IsItsOwnWord(Entry("podman", "stdout"))) << "podman run in a unit";
}

TEST(IsItsOwnWord, WhatTheySayThemselvesIs) {
  EXPECT_TRUE(IsItsOwnWord(Entry("dockerd", "stdout"))) << "dockerd logs to its standard error";
  EXPECT_TRUE(IsItsOwnWord(Entry("podman", "journal"))) << "its events";
  EXPECT_TRUE(IsItsOwnWord(Entry("systemd", "journal")));
  EXPECT_TRUE(IsItsOwnWord(Entry("systemd-oomd", "journal")));
}

}  // namespace
}  // namespace headroom
