#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/file.h"
#include "base/json.h"
#include "base/testing/faults.h"
#include "base/testing/temporary_directory.h"
#include "evidence/testing/drafts.h"
#include "supervisor/registry/ended_record.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

/// More calls than writing one takes, so that a loop over them ends by itself.
constexpr std::size_t kMostCalls = 100;

class EndedRecordFaultTest : public testing::Test {
 protected:
  [[nodiscard]] bool Write(std::uint64_t kills) const {
    return WriteEndedRecord(dir_.path(), MadeEnrolment(), kills, std::nullopt).has_value();
  }
  /// The number of kills that the record states; nullopt: there is none.
  [[nodiscard]] std::optional<std::uint64_t> Kills(const std::string& when) const {
    const std::string path = dir_.path() + "/ended/" + MadeEnrolment().ContainerKey() + ".json";
    if (!fs::exists(path)) return std::nullopt;
    const auto text = ReadFileAt(AT_FDCWD, path, 65536);
    const auto record = ParseJsonObject(text.value_or(""), path);
    EXPECT_TRUE(record) << when << ": " << text.value_or("");
    return record ? std::optional(record->at("oom_kill_delta").get<std::uint64_t>()) : std::nullopt;
  }
  void ExpectOldOrNew(bool done, const std::string& when) const {
    const auto kills = Kills(when);
    ASSERT_TRUE(kills) << when << ": the record before it is gone";
    EXPECT_TRUE(*kills == 2 || (!done && *kills == 1)) << when << ": " << *kills;
    EXPECT_TRUE(Write(3)) << when;
    EXPECT_EQ(Kills(when), 3U) << when;
  }

  TemporaryDirectory dir_;
};

TEST_F(EndedRecordFaultTest, WhicheverCallFailsTheRecordIsTheOldOneOrTheNewOne) {
  for (const Fault fault : {Fault::kFails, Fault::kAllFail, Fault::kShort}) {
    std::set<std::string> calls;
    for (std::size_t at = 0;; ++at) {
      ASSERT_LT(at, kMostCalls);
      ASSERT_TRUE(Write(1));
      const char* struck = nullptr;
      bool done = false;
      {
        const FaultPlan plan(at, fault, EIO);
        done = Write(2);
        struck = plan.struck();
      }
      if (struck == nullptr) break;
      calls.insert(struck);
      ExpectOldOrNew(done, fmt::format("call {}, {}", at, struck));
    }
    EXPECT_TRUE(fault == Fault::kShort || (calls.contains("openat") && calls.contains("renameat")));
    EXPECT_TRUE(calls.contains("write"));
  }
}

TEST_F(EndedRecordFaultTest, WhereverTheProcessDiesTheRecordIsTheOldOneOrTheNewOne) {
  for (std::size_t at = 0; at < kMostCalls; ++at) {
    ASSERT_TRUE(Write(1));
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const FaultPlan plan(at, Fault::kProcessDies, 0);
      (void)Write(2);
      _exit(0);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    const bool died = WEXITSTATUS(status) == kDiedOfFault;
    ExpectOldOrNew(!died, fmt::format("died before call {}", at));
    if (!died) return;
  }
  FAIL() << "writing makes no end of calls";
}

}  // namespace
}  // namespace headroom
