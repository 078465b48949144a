#include "fix/config/oci_config_edit.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "container/oci/oci_config.h"

namespace headroom {
namespace {

using nlohmann::json;

/// As an engine writes it, with spellings that a rewriting parser would lose.
constexpr std::string_view kConfig = R"({
	"ociVersion": "1.0.2-dev",
	"process": {"args": ["/bin/sh", "-c", "x \u00e4"], "oomScoreAdj": -500,
		"rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1048576, "soft": 1048576}]},
	"x.unknown": [1.0, 1e2, {"b": 0, "a": -0}],
	"mounts": [
		{"destination": "/proc", "type": "proc", "source": "proc"},
		{"destination": "/dev/shm/", "type": "tmpfs", "source": "shm",
		 "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
		{"destination": "/run", "type": "tmpfs", "source": "tmpfs"},
		{"destination": "/data", "type": "bind", "source": "/srv", "options": ["rbind"]}
	],
	"linux": {
		"resources": {
			"memory": {"limit": 536870912, "swap": 1073741824, "disableOOMKiller": true},
			"cpu": {"shares": 1024}
		},
		"cgroupsPath": "/x"
	}
}
)";

ConfigEdit Edited(std::string_view text, const std::vector<Fix>& fixes,
                  CgroupVersion version = CgroupVersion::kV2) {
  auto edit = EditOciConfig(text, "config.json",
                            {.version = version, .memory_total = Mebibytes(16 * 1024)}, fixes);
  EXPECT_TRUE(edit) << edit.error().Message();
  return edit ? std::move(*edit) : ConfigEdit{};
}

json Value(const std::string& text, const std::string& pointer) {
  const json document = json::parse(text);
  const json::json_pointer at(pointer);
  return document.contains(at) ? document.at(at) : json();
}

/// How many bytes of `before` are neither in the part that both begin with nor in the part that
/// both end with.
std::size_t Replaced(std::string_view before, std::string_view after) {
  std::size_t front = 0;
  while (front < std::min(before.size(), after.size()) && before[front] == after[front]) ++front;
  std::size_t back = 0;
  while (back < std::min(before.size(), after.size()) - front &&
         before[before.size() - 1 - back] == after[after.size() - 1 - back]) {
    ++back;
  }
  return before.size() - front - back;
}

struct Case {
  const char* name;
  Fix fix;
  const char* pointer;
  json value;
  std::size_t replaced;  ///< bytes of the old text at most: the old value
};

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases = {
      {"pids", SetPidsMax{{.value = 200}}, "/linux/resources/pids/limit", 200, 0},
      {"oom.group", SetOomGroup{}, "/linux/resources/unified/memory.oom.group", "1", 0},
      {"low", SetMemoryLow{Mebibytes(64)}, "/linux/resources/unified/memory.low", "67108864", 0},
      {"huge",
       SetHugetlbMax{Mebibytes(2), Mebibytes(64)},
       "/linux/resources/hugepageLimits/0",
       {{"pageSize", "2MB"}, {"limit", 67108864}},
       0},
      {"shm", SetTmpfsSize{"/dev/shm", Mebibytes(8)}, "/mounts/1/options/4", "size=8192k", 11},
      {"run", SetTmpfsSize{"/run", Bytes{12345}}, "/mounts/2/options", {"size=12345"}, 0},
      {"score", SetOomScoreAdj{{.value = 0}}, "/process/oomScoreAdj", 0, 4},
      {"memlock",
       SetMemlock{Kibibytes(64)},
       "/process/rlimits/1",
       {{"type", "RLIMIT_MEMLOCK"}, {"hard", 65536}, {"soft", 65536}},
       0},
      {"killer", EnableOomKiller{}, "/linux/resources/memory/disableOOMKiller", false, 4},
      {"swap", SetSwapMax{Bytes{0}}, "/linux/resources/memory/swap", 536870912, 10},
  };
  return cases;
}

TEST(EditOciConfig, MakesEachFixAndKeepsEveryOtherByte) {
  for (const Case& one : Cases()) {
    const ConfigEdit edit = Edited(kConfig, {one.fix});
    EXPECT_TRUE(edit.outcomes.at(0).fixed()) << one.name << ": " << edit.outcomes.at(0).text;
    EXPECT_EQ(Value(edit.text, one.pointer), one.value) << one.name;
    EXPECT_LE(Replaced(kConfig, edit.text), one.replaced) << one.name << edit.text;
    EXPECT_TRUE(edit.outcomes[0].text.ends_with("in config.json")) << edit.outcomes[0].text;
    EXPECT_NE(edit.outcomes[0].before, edit.outcomes[0].after) << one.name;
  }
}

TEST(EditOciConfig, ASecondTimeChangesNothing) {
  for (const Case& one : Cases()) {
    const std::string once = Edited(kConfig, {one.fix}).text;
    const ConfigEdit twice = Edited(once, {one.fix});
    EXPECT_EQ(twice.text, once) << one.name;
    EXPECT_TRUE(twice.outcomes.at(0).already()) << one.name << ": " << twice.outcomes[0].text;
    EXPECT_EQ(twice.outcomes[0].before, twice.outcomes[0].after);
  }
}

TEST(EditOciConfig, MakesAllTogetherInAnyOrder) {
  std::vector<Fix> fixes;
  for (const Case& one : Cases()) fixes.push_back(one.fix);
  const std::string forward = Edited(kConfig, fixes).text;
  std::reverse(fixes.begin(), fixes.end());
  const std::string backward = Edited(kConfig, fixes).text;
  EXPECT_EQ(json::parse(forward), json::parse(backward));
  for (const Case& one : Cases()) EXPECT_EQ(Value(forward, one.pointer), one.value) << one.name;
  EXPECT_EQ(Edited(forward, fixes).text, forward);
}

TEST(EditOciConfig, MakesWhatIsMissingInAnAlmostEmptyOne) {
  for (const Case& one : Cases()) {
    const ConfigEdit edit = Edited("{}", {one.fix});
    const FixOutcome& outcome = edit.outcomes.at(0);
    if (!outcome.fixed()) {
      EXPECT_EQ(edit.text, "{}") << one.name;
      continue;
    }
    EXPECT_TRUE(Edited(edit.text, {one.fix}).outcomes.at(0).already()) << one.name << edit.text;
  }
}

TEST(EditOciConfig, LowersTheLimitAndLetsNoMoreSwapIn) {
  const ConfigEdit edit = Edited(kConfig, {SetMemoryMax{Mebibytes(256)}});
  EXPECT_EQ(Value(edit.text, "/linux/resources/memory/limit"), Mebibytes(256).value);
  EXPECT_EQ(Value(edit.text, "/linux/resources/memory/swap"), Mebibytes(256 + 512).value);
  EXPECT_EQ(edit.outcomes.at(0).text,
            "fixed: linux.resources.memory.limit is now 268435456 in config.json, "
            "linux.resources.memory.swap is now 805306368");
}

TEST(EditOciConfig, NeverLoosensTheLimit) {
  for (const Bytes value : {Mebibytes(512), Mebibytes(1024)}) {
    const ConfigEdit edit = Edited(kConfig, {SetMemoryMax{value}});
    EXPECT_EQ(edit.text, kConfig);
    EXPECT_TRUE(edit.outcomes.at(0).already());
  }
}

TEST(EditOciConfig, AnAbsentZeroOrNegativeLimitIsNone) {
  for (const char* memory : {"{}", R"({"limit":0})", R"({"limit":-1})", R"({"limit":null})",
                             R"({"limit":9223372036854771712})", "null"}) {
    const std::string text = fmt::format(R"({{"linux":{{"resources":{{"memory":{}}}}}}})", memory);
    const ConfigEdit edit = Edited(text, {SetMemoryMax{Mebibytes(64)}});
    EXPECT_TRUE(edit.outcomes.at(0).fixed()) << memory;
    EXPECT_EQ(ParseOciConfig(edit.text, "x")->memory_limit, Limit(Mebibytes(64))) << memory;
  }
}

TEST(EditOciConfig, WhatUnifiedSaysCountsAndIsFixedToo) {
  const std::string text =
      R"({"linux":{"resources":{"memory":{"limit":1048576},
          "unified":{"memory.max":"max","memory.swap.max":"max","pids.max":"max"},
          "pids":{"limit":10}}}})";
  const std::string edited =
      Edited(text, {SetMemoryMax{Mebibytes(2)}, SetSwapMax{Bytes{0}}, SetPidsMax{{.value = 20}}})
          .text;
  EXPECT_EQ(Value(edited, "/linux/resources/unified/memory.max"), "2097152");
  EXPECT_EQ(Value(edited, "/linux/resources/memory/limit"), 1048576) << "that is tight enough";
  EXPECT_EQ(Value(edited, "/linux/resources/unified/memory.swap.max"), "0");
  EXPECT_EQ(Value(edited, "/linux/resources/memory/swap"), 1048576);
  EXPECT_EQ(Value(edited, "/linux/resources/unified/pids.max"), "20");
  EXPECT_EQ(Value(edited, "/linux/resources/pids/limit"), 10);
}

TEST(EditOciConfig, BoundsSwapOnlyWhereThereIsALimit) {
  const ConfigEdit edit = Edited("{}", {SetSwapMax{Bytes{0}}});
  EXPECT_EQ(edit.text, "{}");
  EXPECT_NE(edit.outcomes.at(0).text.find("needs linux.resources.memory.limit"), std::string::npos);
  EXPECT_TRUE(
      Edited("{}", {SetMemoryMax{Mebibytes(64)}, SetSwapMax{Bytes{0}}}).outcomes.at(1).fixed());
}

TEST(EditOciConfig, ProtectsNoMoreThanTheLimitAndNoLessThanTheReservation) {
  EXPECT_FALSE(Edited(kConfig, {SetMemoryLow{Mebibytes(513)}}).outcomes.at(0).fixed());
  const std::string text =
      R"({"linux":{"resources":{"memory":{"limit":67108864,"reservation":33554432}}}})";
  EXPECT_TRUE(Edited(text, {SetMemoryLow{Mebibytes(32)}}).outcomes.at(0).already());
  EXPECT_TRUE(Edited(text, {SetMemoryLow{Mebibytes(33)}}).outcomes.at(0).fixed());
}

TEST(EditOciConfig, UnifiedKeysNeedCgroupV2) {
  for (const Fix& fix : {Fix(SetOomGroup{}), Fix(SetMemoryLow{Mebibytes(1)})}) {
    const ConfigEdit edit = Edited(kConfig, {fix}, CgroupVersion::kV1);
    EXPECT_EQ(edit.text, kConfig);
    EXPECT_NE(edit.outcomes.at(0).text.find("needs cgroup v2"), std::string::npos);
  }
}

TEST(EditOciConfig, OfSeveralMountsTheOneOnTopIsSized) {
  const std::string text =
      R"({"mounts":[{"destination":"/tmp","type":"tmpfs","options":["size=1g"]},
      {"destination":"/tmp/","type":"tmpfs","options":["size=1m","size=50%"]}]})";
  const std::string edited = Edited(text, {SetTmpfsSize{"/tmp", Mebibytes(2)}}).text;
  EXPECT_EQ(Value(edited, "/mounts/0/options/0"), "size=1g");
  EXPECT_EQ(Value(edited, "/mounts/1/options"), json({"size=1m", "size=2048k"}))
      << "tmpfs takes the last one";
}

TEST(EditOciConfig, NoSizeIsMadeLargerThatIsWrittenInAnotherWay) {
  // Of a host of 16 GiB.
  const struct {
    const char* now;
    const char* then;
  } cases[] = {{"size=1%", "size=1%"},
               {"size=0x1000000", "size=0x1000000"},
               {"size=04000000000", "size=04000000000"},
               {"size=50%", "size=524288k"},
               {"size=1t", "size=524288k"},
               {"size=k", "size=524288k"}};
  for (const auto& one : cases) {
    const json config = {
        {"mounts", {{{"destination", "/t"}, {"type", "tmpfs"}, {"options", {one.now}}}}}};
    const ConfigEdit edit = Edited(config.dump(), {SetTmpfsSize{"/t", Mebibytes(512)}});
    EXPECT_EQ(Value(edit.text, "/mounts/0/options"), json({one.then})) << one.now;
    EXPECT_EQ(edit.outcomes.at(0).already(), std::string(one.now) == one.then) << one.now;
  }
}

TEST(EditOciConfig, ASizeThatCannotBeToldIsLeftAsItIsAndNamed) {
  const auto fixed = [](const std::string& size, std::optional<Bytes> memory_total) {
    const json config = {
        {"mounts", {{{"destination", "/t"}, {"type", "tmpfs"}, {"options", {"size=1g", size}}}}}};
    const std::vector<Fix> fixes = {SetTmpfsSize{"/t", Mebibytes(1)}};
    return EditOciConfig(config.dump(), "config.json", {.memory_total = memory_total}, fixes)
        .value()
        .outcomes.at(0);
  };
  EXPECT_EQ(fixed("size=50%", std::nullopt).text,
            "not fixed: /t is sized by size=50%, and how much that is cannot be told");
  EXPECT_FALSE(fixed("size=much", Mebibytes(1024)).fixed());
  EXPECT_FALSE(fixed("size=", Mebibytes(1024)).fixed());
  EXPECT_TRUE(fixed("size=50%", Mebibytes(1024)).fixed());
}

TEST(EditOciConfig, SizesNoMountThatIsNoTmpfs) {
  const struct {
    const char* destination;
    const char* part;
  } cases[] = {{"/data", "of type \"bind\""}, {"/tmp", "mounts nothing"}};
  for (const auto& one : cases) {
    const ConfigEdit edit = Edited(kConfig, {SetTmpfsSize{one.destination, Mebibytes(1)}});
    EXPECT_EQ(edit.text, kConfig);
    EXPECT_NE(edit.outcomes.at(0).text.find(one.part), std::string::npos);
  }
  EXPECT_FALSE(Edited(kConfig, {SetTmpfsSize{"/run", Bytes{0}}}).outcomes.at(0).fixed());
  const std::string blocks =
      R"({"mounts":[{"destination":"/t","type":"tmpfs","options":["size=1g","nr_blocks=9"]}]})";
  EXPECT_FALSE(Edited(blocks, {SetTmpfsSize{"/t", Mebibytes(1)}}).outcomes.at(0).fixed());
}

TEST(EditOciConfig, TightensBothHalvesOfMemlockAndEveryRowOfHugePages) {
  const std::string text =
      R"({"process":{"rlimits":[{"type":"RLIMIT_MEMLOCK","hard":18446744073709551615,"soft":1}]},
         "linux":{"resources":{"hugepageLimits":[{"pageSize":"2MB","limit":9},
           {"pageSize":"1GB","limit":9},{"pageSize":"2MB","limit":99999999}]}}})";
  const std::string edited =
      Edited(text, {SetMemlock{Bytes{4096}}, SetHugetlbMax{Mebibytes(2), Mebibytes(2)}}).text;
  EXPECT_EQ(Value(edited, "/process/rlimits/0/hard"), 4096);
  EXPECT_EQ(Value(edited, "/process/rlimits/0/soft"), 1);
  EXPECT_EQ(Value(edited, "/linux/resources/hugepageLimits/0/limit"), 9);
  EXPECT_EQ(Value(edited, "/linux/resources/hugepageLimits/1/limit"), 9);
  EXPECT_EQ(Value(edited, "/linux/resources/hugepageLimits/2/limit"), 2097152);
}

TEST(EditOciConfig, NeverLowersOomScoreAdj) {
  EXPECT_TRUE(Edited(kConfig, {SetOomScoreAdj{{.value = -999}}}).outcomes.at(0).already());
}

TEST(EditOciConfig, AFixThatCannotBeMadeLeavesNoHalfBehind) {
  // The limit could be lowered, the swap that belongs to it cannot be understood.
  const std::string text = R"({"linux":{"resources":{"memory":{"limit":99999999,"swap":1.5}}}})";
  const auto edit =
      EditOciConfig(text, "config.json", {}, std::vector<Fix>{SetMemoryMax{Mebibytes(1)}});
  ASSERT_TRUE(edit);
  EXPECT_EQ(edit->text, text);
  EXPECT_NE(edit->outcomes.at(0).text.find("swap"), std::string::npos);
}

TEST(EditOciConfig, TextThatIsNoConfigIsAnError) {
  for (const char* text : {"", "[]", "{", "{//\n}", "null"}) {
    EXPECT_FALSE(EditOciConfig(text, "config.json", {}, {})) << text;
  }
}

}  // namespace
}  // namespace headroom
