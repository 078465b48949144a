#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "container/testing/fake_host.h"
#include "hook/run.h"

namespace headroom {

class RecordingReporter : public Reporter {
 public:
  void ToUser(std::string_view line) override { user.emplace_back(line); }
  void ToJournal(LogLevel level, std::string_view line) override {
    journal.emplace_back(level, line);
  }
  [[nodiscard]] bool JournalSays(std::string_view part) const {
    for (const auto& [level, line] : journal) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }
  std::vector<std::string> user;
  std::vector<std::pair<LogLevel, std::string>> journal;
};

/// Every file below `root` and its bytes.
inline std::map<std::string, std::string> TreeOf(const std::string& root) {
  std::map<std::string, std::string> tree;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    tree[entry.path()] = ReadFileAt(AT_FDCWD, entry.path(), 1U << 20U).value_or("unreadable");
  }
  return tree;
}

inline constexpr const char* kDenyUnlimited =
    R"({"rules":{"memory-max-required":{"action":"deny","ancestor_counts":false}}})";

/// The hook on a fake host, with a container that has a limit of 64 MiB.
class HookTest : public testing::Test {
 protected:
  HookTest() {
    environment_.surroundings = host_.surroundings();
    environment_.paths = {.run_dir = host_.path() + "/run",
                          .store_dir = host_.path() + "/store",
                          .config_dir = host_.path() + "/etc"};
    environment_.fixes.host = host_.view();
    environment_.fixes.host_shm = host_.path() + "/host-shm";
    environment_.programs.system = false;  // nothing is started unless a test says so
    environment_.decided = [this](int status) { decided_ = status; };
    host_.Write("bundle/config.json", R"({"root":{"path":"rootfs"}})");
  }

  [[nodiscard]] std::string StateText(const std::string& more = "") const {
    return fmt::format(R"({{"ociVersion":"1.0.2","id":"web","pid":{},"bundle":"{}"{}}})",
                       FakeHost::kInit, host_.bundle(), more);
  }

  /// One run with that text on its standard input.
  int Run(Stage stage, const std::string& state, OnError on_error = OnError::kOpen) {
    reporter_ = {};
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    const UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    EXPECT_TRUE(WriteAll(write_end.get(), "pipe", state));
    write_end.Reset();
    environment_.state_fd = read_end.get();
    Options options;
    options.stage = stage;
    options.on_error = on_error;
    const int status = RunHook(options, environment_, reporter_);
    EXPECT_GE(fcntl(read_end.get(), F_GETFD), 0) << "the hook closed what is not its own";
    return status;
  }
  int Create() { return Run(Stage::kCreateRuntime, StateText()); }

  std::vector<Enrolment> Enrolled() {
    std::vector<Enrolment> enrolments;
    const RegistryDir registry(environment_.paths.run_dir);
    const auto entries = registry.List();
    EXPECT_TRUE(entries);
    for (const auto& entry : entries.value_or(std::vector<RegistryDir::Entry>{})) {
      auto read = registry.Read(entry);
      EXPECT_TRUE(read) << read.error().Message();
      if (read) enrolments.push_back(std::move(*read));
    }
    return enrolments;
  }
  void SetPolicy(const std::string& text) { host_.Write("etc/policy.json", text); }
  void Unlimit() { host_.Write(std::string("cg") + FakeHost::kCgroup + "/memory.max", "max\n"); }

  FakeHost host_;
  HookEnvironment environment_;
  RecordingReporter reporter_;
  int decided_ = -1;
};

}  // namespace headroom
