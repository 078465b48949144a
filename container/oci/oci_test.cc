#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "container/oci/oci_config.h"
#include "container/oci/oci_state.h"
#include "container/oci/tmpfs_size.h"

namespace headroom {
namespace {

constexpr std::string_view kRuncState =
    R"({"ociVersion":"1.0.2-dev","id":"web","status":"creating","pid":4321,"bundle":"/b",)"
    R"("annotations":{"a":"1"}})";

TEST(OciState, ReadsWhatRuncWrites) {
  const auto state = ParseOciState(kRuncState, "state");
  ASSERT_TRUE(state) << state.error().Message();
  EXPECT_EQ(state->id, "web");
  EXPECT_EQ(state->status, "creating");
  EXPECT_EQ(state->pid, 4321);
  EXPECT_EQ(state->bundle, "/b");
  EXPECT_EQ(state->root, std::nullopt);
  EXPECT_EQ(state->annotations.at("a"), "1");
}

TEST(OciState, ReadsWhatCrunWrites) {
  const auto state = ParseOciState(
      R"({"ociVersion":"1.0","id":"web","pid":7,"root":"rootfs","bundle":"/","status":"created"})",
      "state");
  ASSERT_TRUE(state);
  EXPECT_EQ(state->root, "rootfs");
  EXPECT_EQ(state->bundle, "/");
}

TEST(OciState, AtPoststopThereIsNoProcess) {
  EXPECT_EQ(ParseOciState(R"({"id":"web","pid":0,"status":"stopped"})", "s")->pid, std::nullopt);
  EXPECT_EQ(ParseOciState(R"({"id":"web","status":"stopped"})", "s")->pid, std::nullopt);
}

TEST(OciState, OfARepeatedKeyTheLastCounts) {
  EXPECT_EQ(ParseOciState(R"({"id":"a","id":"b"})", "s")->id, "b");
}

TEST(OciState, AnIdMayHoldAnyText) {
  EXPECT_EQ(ParseOciState(R"({"id":"a\u0000\n/.."})", "s")->id, std::string("a\0\n/..", 6));
}

TEST(OciState, RefusesWithOneLineThatNamesTheKey) {
  struct Case {
    const char* text;
    const char* named;
  };
  const Case cases[] = {
      {R"({"pid":1})", "\"id\""},
      {R"({"id":""})", "\"id\""},
      {R"({"id":["web"]})", "\"id\""},
      {R"({"id":"w","pid":"1"})", "\"pid\""},
      {R"({"id":"w","pid":-1})", "\"pid\""},
      {R"({"id":"w","pid":4294967296})", "\"pid\""},
      {R"({"id":"w","pid":1.5})", "\"pid\""},
      {R"({"id":"w","bundle":{}})", "\"bundle\""},
      {R"({"id":"w","root":7})", "\"root\""},
      {R"({"id":"w","annotations":[]})", "\"annotations\""},
      {R"({"id":"w","annotations":{"k":1}})", "\"k\""},
      {R"({"id":"w","annotations":{"a\u000ab":1}})", "a\\x0ab"},
      {R"({"id":"w)", "line 1"},
      {"", "line 1"},
      {"[]", "expected an object"},
      {"\xff\xfe", "line 1"},
  };
  for (const Case& c : cases) {
    const auto refused = ParseOciState(c.text, "state");
    ASSERT_FALSE(refused) << c.text;
    const std::string message = refused.error().Message();
    EXPECT_NE(message.find(c.named), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(OciState, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < kRuncState.size(); ++size) {
    EXPECT_FALSE(ParseOciState(kRuncState.substr(0, size), "state")) << size;
  }
}

TEST(OciState, DeepNestingCostsNoStack) {
  std::string deep = R"({"id":"w","x":)";
  deep.append(200'000, '[');
  EXPECT_FALSE(ParseOciState(deep, "state"));
}

class Pipe {
 public:
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    read_end = UniqueFd(ends[0]);
    write_end = UniqueFd(ends[1]);
  }
  UniqueFd read_end;
  UniqueFd write_end;
};

TEST(ReadOciState, ReadsUntilTheWriterIsDone) {
  Pipe pipe;
  ASSERT_TRUE(WriteAll(pipe.write_end.get(), "pipe", kRuncState));
  pipe.write_end.Reset();
  EXPECT_EQ(ReadOciState(pipe.read_end.get(), "state")->id, "web");
}

/// Whoever starts a container chooses its annotations, and runc writes six bytes for each "<".
TEST(ReadOciState, ReadsWhateverAConfigCanHold) {
  std::string value;
  for (int i = 0; i < 180 * 1024; ++i) value += "\\u003c";
  const std::string state =
      fmt::format(R"({{"id":"web","pid":7,"annotations":{{"key":"{}"}}}})", value);
  Pipe pipe;
  std::thread writer([&] {
    EXPECT_TRUE(WriteAll(pipe.write_end.get(), "pipe", state));
    pipe.write_end.Reset();
  });
  const auto read = ReadOciState(pipe.read_end.get(), "state");
  writer.join();
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_EQ(read->annotations.at("key"), std::string(180 * 1024, '<'));
}

TEST(ReadOciState, TakesAllOfATextThatIsTooLongSoThatTheWriterLives) {
  Pipe pipe;
  const std::string huge(kMaxStateBytes + (2U << 20U), ' ');
  bool written = false;
  std::thread writer([&] {
    written = WriteAll(pipe.write_end.get(), "pipe", huge).has_value();
    pipe.write_end.Reset();
  });
  const auto refused = ReadOciState(pipe.read_end.get(), "state");
  writer.join();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(written);
}

constexpr std::string_view kConfig = R"({
  "ociVersion": "1.0.2", "hostname": "3f1c9a",
  "process": {"args": ["sh"], "env": ["SECRET=x"]},
  "root": {"path": "rootfs", "readonly": true},
  "mounts": [
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
     "options": ["nosuid", "mode=1777", "size=65536k"]}],
  "linux": {
    "cgroupsPath": "system.slice:docker:3f1c9a",
    "resources": {
      "memory": {"limit": 67108864, "swap": 134217728, "reservation": 1},
      "unified": {"memory.high": "60000000", "pids.max": "7"}}}
})";

TEST(OciConfig, ReadsThePartThatConcernsMemory) {
  const auto config = ParseOciConfig(kConfig, "config.json");
  ASSERT_TRUE(config) << config.error().Message();
  EXPECT_EQ(config->memory_limit, Limit(Mebibytes(64)));
  EXPECT_EQ(config->memory_swap, Limit(Mebibytes(128)));
  EXPECT_EQ(config->memory_reservation, Limit(Bytes{1}));
  EXPECT_EQ(config->unified.size(), 2U);
  EXPECT_EQ(config->unified.at("memory.high"), "60000000");
  ASSERT_TRUE(config->shm);
  EXPECT_EQ(config->shm->type, "tmpfs");
  EXPECT_EQ(FindSizeOption(config->shm->options, std::nullopt).size, Mebibytes(64));
  EXPECT_EQ(config->root_path, "rootfs");
  EXPECT_EQ(config->cgroups_path, "system.slice:docker:3f1c9a");
  EXPECT_EQ(config->hostname, "3f1c9a");
  EXPECT_EQ(config->mounts.size(), 2U);
}

TEST(OciConfig, ReadsTheProcessAndItsLimits) {
  const auto config = ParseOciConfig(
      R"({"process":{"args":["java","-Xmx1g"],"env":["A=1"],"oomScoreAdj":-5,
          "capabilities":{"bounding":["CAP_X"]},
          "rlimits":[{"type":"RLIMIT_NOFILE","hard":1,"soft":1},
                     {"type":"RLIMIT_MEMLOCK","hard":131072,"soft":65536}]}})",
      "c");
  ASSERT_TRUE(config) << config.error().Message();
  EXPECT_EQ(config->process.args, (std::vector<std::string>{"java", "-Xmx1g"}));
  EXPECT_EQ(config->process.env, (std::vector<std::string>{"A=1"}));
  EXPECT_EQ(config->process.oom_score_adj, -5);
  EXPECT_EQ(config->process.memlock, Limit(Kibibytes(64)));
}

TEST(OciConfig, TheLargestNumberIsNoLimitOfLockedMemory) {
  const auto config = ParseOciConfig(
      R"({"process":{"rlimits":[{"type":"RLIMIT_MEMLOCK","soft":18446744073709551615}]}})", "c");
  EXPECT_EQ(config->process.memlock, Limit::Unlimited());
  EXPECT_EQ(ParseOciConfig("{}", "c")->process.memlock, std::nullopt);
}

TEST(OciConfig, ReadsTheOtherResourcesThatAreMemory) {
  const auto config = ParseOciConfig(
      R"({"annotations":{"a":"1"},
          "linux":{"resources":{"pids":{"limit":200},
            "memory":{"kernel":4096,"disableOOMKiller":true},
            "hugepageLimits":[{"pageSize":"2MB","limit":0}],
            "unified":{"hugetlb.1GB.max":"0","cpu.weight":"7"}}}})",
      "c");
  ASSERT_TRUE(config) << config.error().Message();
  EXPECT_EQ(config->annotations.at("a"), "1");
  EXPECT_EQ(config->pids_limit, 200);
  EXPECT_EQ(config->kmem_limit, Limit(Kibibytes(4)));
  EXPECT_EQ(config->disable_oom_killer, true);
  ASSERT_EQ(config->hugepage_limits.size(), 1U);
  EXPECT_EQ(config->hugepage_limits[0].page_size, "2MB");
  EXPECT_EQ(config->hugepage_limits[0].limit, Bytes{0}) << "none at all is a limit here";
  EXPECT_EQ(config->unified.size(), 1U);
}

TEST(OciConfig, NothingAskedForIsNotZeroAndMinusOneIsUnlimited) {
  EXPECT_EQ(ParseOciConfig("{}", "c")->memory_limit, std::nullopt);
  const auto limit = [](const std::string& value) {
    return ParseOciConfig(R"({"linux":{"resources":{"memory":{"limit":)" + value + "}}}}", "c")
        ->memory_limit;
  };
  EXPECT_EQ(limit("-1"), Limit::Unlimited());
  EXPECT_EQ(limit("0"), std::nullopt);
  EXPECT_EQ(limit("null"), std::nullopt);
  EXPECT_EQ(limit("1"), Limit(Bytes{1}));
}

TEST(OciConfig, TheLastMountOnDevShmCountsHoweverItIsWritten) {
  const auto config = ParseOciConfig(
      R"({"mounts":[{"destination":"/dev/shm","type":"tmpfs"},
                    {"destination":"/dev//shm/","type":"bind","source":"/x"},
                    {"destination":"/dev/shmx","type":"tmpfs"}]})",
      "c");
  ASSERT_TRUE(config && config->shm);
  EXPECT_EQ(config->shm->source, "/x");
}

TEST(OciConfig, RefusesWrongTypesByName) {
  struct Case {
    const char* text;
    const char* named;
  };
  const Case cases[] = {
      {R"({"linux":[]})", "\"linux\""},
      {R"({"linux":{"resources":7}})", "\"resources\""},
      {R"({"linux":{"resources":{"memory":{"limit":"64m"}}}})", "\"limit\""},
      {R"({"linux":{"resources":{"memory":{"limit":1e30}}}})", "\"limit\""},
      {R"({"linux":{"resources":{"unified":{"memory.high":1}}}})", "\"memory.high\""},
      {R"({"mounts":{}})", "\"mounts\""},
      {R"({"mounts":[1]})", "\"mounts\""},
      {R"({"mounts":[{}]})", "\"destination\""},
      {R"({"mounts":[{"destination":"/x","options":[1]}]})", "\"options\""},
      {R"({"root":"rootfs"})", "\"root\""},
      {R"({"process":{"args":"sh"}})", "\"args\""},
      {R"({"process":{"env":[7]}})", "\"env\""},
      {R"({"process":{"oomScoreAdj":1001}})", "\"oomScoreAdj\""},
      {R"({"process":{"rlimits":[{"type":"RLIMIT_MEMLOCK"}]}})", "\"soft\""},
      {R"({"process":{"rlimits":[1]}})", "\"rlimits\""},
      {R"({"linux":{"resources":{"pids":{"limit":"7"}}}})", "\"limit\""},
      {R"({"linux":{"resources":{"hugepageLimits":[{"limit":7}]}}})", "\"pageSize\""},
      {R"({"linux":{"resources":{"hugepageLimits":[7]}}})", "\"hugepageLimits\""},
      {R"({"annotations":{"a":1}})", "\"a\""},
      {"{", "line 1"},
  };
  for (const Case& c : cases) {
    const auto refused = ParseOciConfig(c.text, "config.json");
    ASSERT_FALSE(refused) << c.text;
    EXPECT_NE(refused.error().Message().find(c.named), std::string::npos)
        << refused.error().Message();
  }
}

TEST(OciConfig, EveryTruncationIsRefused) {
  for (std::size_t size = 0; size < kConfig.size(); ++size) {
    EXPECT_FALSE(ParseOciConfig(kConfig.substr(0, size), "c")) << size;
  }
}

TEST(ReadOciConfig, ReadsARegularFileOnly) {
  const TemporaryDirectory bundle;
  EXPECT_EQ(ReadOciConfig(bundle.path()).error().code, ErrorCode::kNotFound);
  ASSERT_EQ(mkfifo((bundle.path() + "/config.json").c_str(), 0600), 0);
  EXPECT_EQ(ReadOciConfig(bundle.path()).error().code, ErrorCode::kMalformed) << "and never waits";
  ASSERT_EQ(unlink((bundle.path() + "/config.json").c_str()), 0);
  bundle.Write("config.json", std::string(kConfig));
  EXPECT_EQ(ReadOciConfig(bundle.path())->hostname, "3f1c9a");
}

}  // namespace
}  // namespace headroom
