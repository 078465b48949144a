#include "container/enrolment/enrolment.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "base/text.h"

namespace headroom {
namespace {

Enrolment Example() {
  Enrolment enrolment;
  enrolment.id = "3f1c9a";
  enrolment.engine = "docker";
  enrolment.uid = 1000;
  enrolment.name = "web";
  enrolment.image = "shop/api:1.4";
  enrolment.boot_id = "6f1b7c0e-1111-2222-3333-444455556666";
  enrolment.init = {.pid = 4321, .start_ticks = 99887};
  enrolment.bundle_dir = "/run/containerd/moby/3f1c9a";
  enrolment.cgroup.path = "/system.slice/docker-3f1c9a.scope";
  enrolment.cgroup.inode = 7788;
  enrolment.cgroup.limits.max = Limit(Mebibytes(64));
  enrolment.cgroup.limits.high = Limit::Unlimited();
  enrolment.cgroup.limits.oom_group = false;
  MemoryEvents events;
  events.max = 3;
  events.oom_kill = 0;
  enrolment.cgroup.events = events;
  CgroupBaseline slice;
  slice.path = "/system.slice";
  slice.inode = 12;
  enrolment.ancestors = {slice};
  enrolment.mode = Mode::kThrottle;
  enrolment.throttle = {
      .high_share = 0.75, .stall_limit = 0.3, .stall_grace = std::chrono::seconds(5)};
  enrolment.pre_kill.signal = "USR1";
  enrolment.freeze = true;
  enrolment.log_lines = 0;
  enrolment.own_cgroup = true;
  enrolment.oom_policy = "stop";
  enrolment.findings = {{.rule = "shm-sized",
                         .action = "fix",
                         .fact = "/dev/shm may hold 64 MiB",
                         .advice = "docker run --shm-size 32m ...",
                         .fix_outcome = "fixed: /dev/shm is now 32 MiB"}};
  enrolment.enrolled_boot = std::chrono::nanoseconds(123456789);
  enrolment.enrolled_wall = std::chrono::nanoseconds(1795355585399666744);
  return enrolment;
}

Result<Enrolment> RoundTrip(const Enrolment& enrolment) {
  return ParseEnrolment(SerializeEnrolment(enrolment), "enrolment.json");
}

/// The example with one change made to its JSON.
std::string Changed(const std::string& pointer, const nlohmann::json& value) {
  auto document = nlohmann::json::parse(SerializeEnrolment(Example()));
  document[nlohmann::json::json_pointer(pointer)] = value;
  return document.dump();
}

TEST(Enrolment, SurvivesTheRoundTripWhole) {
  const Enrolment before = Example();
  const auto after = RoundTrip(before);
  ASSERT_TRUE(after) << after.error().Message();
  EXPECT_EQ(SerializeEnrolment(*after), SerializeEnrolment(before));
  EXPECT_EQ(after->init, before.init);
  EXPECT_EQ(after->cgroup.limits, before.cgroup.limits);
  EXPECT_EQ(after->cgroup.events, before.cgroup.events);
  EXPECT_EQ(after->mode, Mode::kThrottle);
  EXPECT_EQ(after->throttle, before.throttle);
  EXPECT_EQ(after->pre_kill, before.pre_kill);
  EXPECT_EQ(after->freeze, before.freeze);
  EXPECT_EQ(after->oom_policy, "stop");
  EXPECT_EQ(after->log_lines, 0U) << "switched off, which is not the default";
  EXPECT_EQ(after->findings.at(0).fix_outcome, before.findings.at(0).fix_outcome);
  EXPECT_EQ(after->enrolled_wall, before.enrolled_wall);
}

TEST(Enrolment, IsTheTextThatTheLibraryWouldWrite) {
  Enrolment enrolment = Example();
  enrolment.findings[0].fixes.resize(2);
  enrolment.cgroup.local_events = MemoryEvents{.low = 1, .high = 2, .oom = 3, .oom_group_kill = 4};
  enrolment.name = "\x1b[31mred";
  const std::string text = SerializeEnrolment(enrolment);
  EXPECT_EQ(text, DumpJson(nlohmann::json::parse(text)));
}

TEST(Enrolment, KeepsEveryFixAndTheDecision) {
  Enrolment before = Example();
  before.findings[0].fixes = {
      {.setting = "memory.max", .before = "max", .after = "67108864", .outcome = "fixed: ..."},
      {.setting = "/dev/shm", .before = "", .after = "", .outcome = "not fixed: \x1b[31m"}};
  before.policy = DecisionRecord{.mode = "throttle",
                                 .mode_origin = "default",
                                 .rules = {{.rule = "shm-sized",
                                            .action = "fix",
                                            .action_origin = "default",
                                            .outcome = "violated",
                                            .reason = "",
                                            .parameters = {}}},
                                 .facts = R"({"a":1})",
                                 .facts_us = 1,
                                 .decide_us = std::nullopt,
                                 .fixes_us = 3};
  const auto after = RoundTrip(before);
  ASSERT_TRUE(after) << after.error().Message();
  EXPECT_EQ(after->findings.at(0).fixes, before.findings[0].fixes);
  EXPECT_EQ(after->policy, before.policy);
}

TEST(Enrolment, KeepsWhatElseItIsCalledAndRefusesWhatIsNoAlias) {
  EXPECT_EQ(SerializeEnrolment(Example()).find("aliases"), std::string::npos);
  Enrolment enrolment = Example();
  enrolment.aliases = {"shop/web", "default/web-0/web"};
  const auto read = RoundTrip(enrolment);
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_EQ(read->aliases, enrolment.aliases);
  for (const nlohmann::json& bad :
       {nlohmann::json("shop/web"), nlohmann::json{"a b"}, nlohmann::json{"../web"},
        nlohmann::json{""}, nlohmann::json{"a/"}, nlohmann::json{"a/b/c/d"}, nlohmann::json{7},
        nlohmann::json(std::vector<std::string>(9, "web"))}) {
    EXPECT_FALSE(ParseEnrolment(Changed("/aliases", bad), "x")) << bad;
  }
}

TEST(Enrolment, KeepsThePodItIsInAndRefusesWhatIsNoPodsName) {
  EXPECT_FALSE(RoundTrip(Example())->pod);
  Enrolment enrolment = Example();
  enrolment.pod = PodName{.name_space = "shop", .name = "web-0"};
  const auto read = RoundTrip(enrolment);
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_EQ(read->pod, enrolment.pod);
  for (const nlohmann::json& bad :
       {nlohmann::json{{"namespace", "shop"}}, nlohmann::json{{"namespace", ""}, {"name", "web"}},
        nlohmann::json{{"namespace", "shop"}, {"name", "a b"}}, nlohmann::json("shop/web")}) {
    EXPECT_FALSE(ParseEnrolment(Changed("/pod", bad), "f.json")) << bad.dump();
  }
}

TEST(Enrolment, OneThatDoesNotKnowTheSettingKeepsAsManyLinesAsIsUsual) {
  auto document = nlohmann::json::parse(SerializeEnrolment(Example()));
  document.erase("log_lines");
  const auto after = ParseEnrolment(document.dump(), "f");
  ASSERT_TRUE(after);
  EXPECT_EQ(after->log_lines, kDefaultLogLines);
}

TEST(Enrolment, OneOfAnEarlierVersionHasNoDecisionAndNoRowsOfFixes) {
  const auto after = RoundTrip(Example());
  ASSERT_TRUE(after);
  EXPECT_EQ(after->policy, std::nullopt);
  EXPECT_TRUE(after->findings.at(0).fixes.empty());
  EXPECT_EQ(SerializeEnrolment(Example()).find("\"policy\""), std::string::npos);
}

TEST(Enrolment, AbsentFiguresStayAbsentAndUnlimitedStaysUnlimited) {
  const auto after = RoundTrip(Example());
  ASSERT_TRUE(after);
  EXPECT_EQ(after->cgroup.limits.high, Limit::Unlimited());
  EXPECT_EQ(after->cgroup.limits.swap_max, std::nullopt);
  EXPECT_EQ(after->cgroup.local_events, std::nullopt);
  EXPECT_EQ(after->cgroup.events->oom, std::nullopt);
  EXPECT_EQ(after->cgroup.events->oom_kill, 0U);
  EXPECT_EQ(after->ancestors.at(0).limits.max, std::nullopt);
}

TEST(Enrolment, KeepsBytesThatAreNotText) {
  Enrolment before = Example();
  before.id = std::string("\xff\x00 a/b\n", 7);
  before.name = "\x1b[31mred";
  before.image = "back\\slash";
  before.cgroup.path = "/a/\xfe";
  const std::string text = SerializeEnrolment(before);
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << "a terminal would obey it";
  const auto after = ParseEnrolment(text, "f");
  ASSERT_TRUE(after) << after.error().Message();
  EXPECT_EQ(after->id, before.id);
  EXPECT_EQ(after->name, before.name);
  EXPECT_EQ(after->image, before.image);
  EXPECT_EQ(after->cgroup.path, before.cgroup.path);
}

TEST(Enrolment, IgnoresUnknownKeys) {
  EXPECT_TRUE(ParseEnrolment(Changed("/later", {{"x", 1}}), "f"));
}

TEST(Enrolment, AContainerWithoutACgroupIsNormal) {
  Enrolment before = Example();
  before.cgroup = {};
  before.ancestors = {};
  before.own_cgroup = false;
  before.not_own_reason = "cgroup v1";
  const auto after = RoundTrip(before);
  ASSERT_TRUE(after) << after.error().Message();
  EXPECT_EQ(after->cgroup.path, "");
  EXPECT_EQ(after->not_own_reason, "cgroup v1");
}

TEST(Enrolment, RefusesWhatTheHookCannotHaveWrittenAndNamesIt) {
  struct Case {
    const char* pointer;
    nlohmann::json value;
    const char* named;
  };
  const Case cases[] = {
      {"/policy", 7, "policy"},
      {"/policy", {{"rules", 7}}, "rules"},
      {"/findings/0/fixes", {7}, "fixes"},
      {"/schema", "headroom.enrolment/9", "schema"},
      {"/id", "", "\"id\""},
      {"/id", 7, "\"id\""},
      {"/id_raw", "%zz", "\"id_raw\""},
      {"/engine", "", "\"engine\""},
      {"/uid", -1, "\"uid\""},
      {"/uid", 4294967296, "\"uid\""},
      {"/init/pid", -4, "\"pid\""},
      {"/init/pid", 0, "\"pid\""},
      {"/init/pid", 4294967297, "\"pid\""},
      {"/init", "x", "\"init\""},
      {"/init/start_ticks", "x", "\"start_ticks\""},
      {"/cgroup", nullptr, "\"cgroup\""},
      {"/cgroup/path", "relative", "\"path\""},
      {"/cgroup/path", "/a/../b", "\"path\""},
      {"/cgroup/path_raw", "%2Fa%00", "\"path\""},
      {"/cgroup/inode", -1, "\"inode\""},
      {"/cgroup/limits/max", "lots", "\"max\""},
      {"/cgroup/limits/oom_group", 1, "\"oom_group\""},
      {"/cgroup/events/oom_kill", -1, "\"oom_kill\""},
      {"/ancestors", {1}, "\"ancestors\""},
      {"/ancestors/0/path", "/..", "\"path\""},
      {"/bundle_dir", "x", "\"bundle_dir\""},
      {"/mode", "panic", "\"mode\""},
      {"/throttle/high_share", 0.49, "throttle"},
      {"/throttle/stall_grace_s", 0, "throttle"},
      {"/pre_kill/signal", "KILL", "pre_kill"},
      {"/log_lines", 1001, "\"log_lines\""},
      {"/log_lines", -1, "\"log_lines\""},
      {"/log_lines", "all", "\"log_lines\""},
      {"/own_cgroup", "yes", "\"own_cgroup\""},
      {"/findings", "x", "\"findings\""},
      {"/enrolled_boot_ns", -1, "\"enrolled_boot_ns\""},
      {"/enrolled_wall_ns", nullptr, "\"enrolled_wall_ns\""},
  };
  for (const Case& c : cases) {
    const auto refused = ParseEnrolment(Changed(c.pointer, c.value), "f.json");
    ASSERT_FALSE(refused) << c.pointer << " " << c.value;
    EXPECT_EQ(refused.error().code, ErrorCode::kMalformed);
    const std::string message = refused.error().Message();
    EXPECT_TRUE(message.starts_with("f.json")) << message;
    EXPECT_NE(message.find(c.named), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(Enrolment, EveryTruncationIsRefusedAndNoneCrashes) {
  const std::string whole = SerializeEnrolment(Example());
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    EXPECT_FALSE(ParseEnrolment(whole.substr(0, size), "f")) << size;
  }
}

TEST(Enrolment, RefusesMoreLevelsThanAnyHostHas) {
  auto rows = nlohmann::json::array();
  for (int i = 0; i < 257; ++i) rows.push_back({{"path", "/a"}, {"inode", 1}});
  EXPECT_FALSE(ParseEnrolment(Changed("/ancestors", rows), "f"));
}

TEST(Enrolment, TheEffectiveLimitIsTheSmallestOnTheWayUp) {
  Enrolment enrolment = Example();
  EXPECT_EQ(enrolment.EffectiveLimit(), Limit(Mebibytes(64)));
  enrolment.ancestors[0].limits.max = Limit(Mebibytes(32));
  EXPECT_EQ(enrolment.EffectiveLimit(), Limit(Mebibytes(32)));
  enrolment.cgroup.limits.max = std::nullopt;
  enrolment.ancestors[0].limits.max = Limit::Unlimited();
  EXPECT_TRUE(enrolment.EffectiveLimit().unlimited());
}

TEST(Enrolment, KeysAreFileNamesAndDifferAfterARestart) {
  Enrolment enrolment = Example();
  EXPECT_EQ(enrolment.ContainerKey(), "docker-1000-3f1c9a");
  EXPECT_EQ(enrolment.GenerationKey(), "6f1b7c0e-1111-2222-3333-444455556666-7788-99887");
  const std::string first = enrolment.GenerationKey();
  enrolment.init.start_ticks += 1;
  EXPECT_NE(enrolment.GenerationKey(), first);
  enrolment.id = "../../etc";
  EXPECT_EQ(enrolment.ContainerKey().find('/'), std::string::npos);
}

TEST(EncodedContainerId, StaysAFileNameHoweverLongTheIdIs) {
  const std::string left = std::string(3000, '\xff') + "a";
  const std::string right = std::string(3000, '\xff') + "b";
  EXPECT_LE(EncodedContainerId(left).size(), 200U);
  EXPECT_NE(EncodedContainerId(left), EncodedContainerId(right));
  EXPECT_TRUE(PercentDecoded(EncodedContainerId(left))) << "no half escape is left";
  EXPECT_EQ(EncodedContainerId("web"), "web");
}

TEST(Mode, HasANameAndBack) {
  for (const Mode mode : {Mode::kTripwire, Mode::kObserve, Mode::kThrottle}) {
    EXPECT_EQ(ParseMode(ModeName(mode)), mode);
  }
  EXPECT_EQ(ParseMode("Tripwire"), std::nullopt);
}

TEST(StoreContainerDir, IsOneSafePathComponentForAnyId) {
  Enrolment container;
  container.engine = "runc";
  container.id = "../../etc/passwd";
  EXPECT_EQ(StoreContainerDir(container), "runc-..%2F..%2Fetc%2Fpasswd");
  container.id = std::string(128, '\xff');
  const std::string long_name = StoreContainerDir(container);
  EXPECT_LE(long_name.size(), 255U);
  EXPECT_TRUE(PercentDecoded(long_name).has_value()) << long_name;
  Enrolment other = container;
  other.id.back() = 'x';
  EXPECT_NE(StoreContainerDir(other), long_name);
}

/// Refused by headroom-runtime, before its runtime was called.
TEST(Enrolment, OfAStartThatHadNoProcessYetHasNoInit) {
  Enrolment denied = Example();
  denied.init = {};
  const std::string text = SerializeEnrolment(denied);
  EXPECT_NE(text.find("\"init\": null"), std::string::npos) << text;
  const auto read = ParseEnrolment(text, "container.json");
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_EQ(read->init, ProcessId{});
}

}  // namespace
}  // namespace headroom
