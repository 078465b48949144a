#include "container/facts/facts_record.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "container/facts/facts_of_config.h"
#include "container/testing/fake_host.h"

namespace headroom {
namespace {

using nlohmann::json;

std::set<std::string> KeysOf(const json& object) {
  std::set<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.insert(key);
  return keys;
}

json Parsed(const ContainerFacts& facts) { return json::parse(FactsText(facts)); }

ContainerFacts FullFacts() {
  ContainerFacts facts;
  facts.id = "web";
  facts.init = {.pid = 4321, .start_ticks = 7};
  facts.annotations = {{"secret", "hunter2"}};
  facts.labels = {{"tier", "hunter2"}};
  facts.process = {.args = {"redis", "--requirepass", "hunter2"},
                   .env = {"PASSWORD=hunter2"},
                   .memlock = Limit::Unlimited(),
                   .oom_score_adj = -5};
  facts.cgroup.path = "/a";
  facts.cgroup.limits.max = Limit(Mebibytes(1));
  facts.cgroup.limits.swap_max = Limit::Unlimited();
  facts.cgroup.events = MemoryEvents{};
  facts.ancestors.resize(1);
  facts.unit = UnitFacts{.name = "a.scope", .sets_swap_max = true};
  facts.pids = ContainerFacts::PidsMax{.count = 7, .path = "/a"};
  facts.hugetlb = {{.page_size = Mebibytes(2), .max = Limit(Bytes{0})}};
  facts.shm = ShmFacts{};
  facts.tmpfs = {{.destination = "/tmp", .mount_point = "", .size = std::nullopt}};
  return facts;
}

// Each binding names every member: a fact that is added does not compile until somebody has decided
// here how it is recorded.
std::set<std::string> FieldsOfContainerFacts() {
  const ContainerFacts facts;
  [[maybe_unused]] const auto& [source, id, engine, uid, boot_id, init, bundle_dir, annotations,
                                labels, cgroup_version, cgroup, ancestors, unit, configured_limit,
                                memory_min, memory_low, kmem_limit, oom_kill_disabled,
                                io_controller, pids, hugetlb, own_cgroup, not_own_reason, shm,
                                tmpfs, process, host, supervisor_listening, config] = facts;
  return {"source",
          "id",
          "engine",
          "uid",
          "boot_id",
          "init",
          "bundle_dir",
          "annotation_keys",
          "label_keys",
          "annotation_count",
          "label_count",
          "cgroup_version",
          "cgroup",
          "ancestors",
          "unit",
          "configured_limit",
          "memory_min",
          "memory_low",
          "kmem_limit",
          "oom_kill_disabled",
          "io_controller",
          "pids",
          "hugetlb",
          "own_cgroup",
          "not_own_reason",
          "shm",
          "tmpfs",
          "process",
          "host",
          "supervisor_listening",
          "effective_limit",
          "config"};
}

TEST(FactsRecord, EveryFieldIsThereWhateverIsKnown) {
  const FakeHost host;
  const OciConfig config = FakeHost::config();
  for (const ContainerFacts& facts :
       {ContainerFacts{}, FullFacts(), FactsOfConfig(OciConfig{}, {}),
        CollectFacts(host.surroundings(), host.state(), &config).value()}) {
    EXPECT_EQ(KeysOf(Parsed(facts)), FieldsOfContainerFacts());
  }
}

TEST(FactsRecord, TheFieldsOfEachPartAreThereToo) {
  [[maybe_unused]] const auto& [mount_point, type, device, host_shared, bind_mounted, size] =
      ShmFacts{};
  [[maybe_unused]] const auto& [destination, t_mount_point, t_device, read_only, t_size] =
      TmpfsFacts{};
  [[maybe_unused]] const auto& [memory_total, swap_total, hugetlb_total, dirty_bytes,
                                dirty_background_bytes, dirty_ratio, dirty_background_ratio] =
      HostFacts{};
  [[maybe_unused]] const auto& [args, env, memlock, oom_score_adj] = ProcessFacts{};
  [[maybe_unused]] const auto& [asked_cgroup, ancestors_known, hook_follows, unread_sizes] =
      ConfigFacts{};
  const json record = Parsed(FullFacts());
  EXPECT_EQ(record["config"], nullptr);
  EXPECT_EQ(KeysOf(Parsed(FactsOfConfig(OciConfig{}, {}))["config"]),
            (std::set<std::string>{"asked_cgroup", "ancestors_known", "hook_follows",
                                   "unread_sizes_count"}));
  EXPECT_EQ(KeysOf(record["shm"]), (std::set<std::string>{"mount_point", "type", "device",
                                                          "host_shared", "bind_mounted", "size"}));
  EXPECT_EQ(KeysOf(record["tmpfs"][0]),
            (std::set<std::string>{"destination", "mount_point", "device", "read_only", "size"}));
  EXPECT_EQ(
      KeysOf(record["host"]),
      (std::set<std::string>{"memory_total", "swap_total", "hugetlb_total", "dirty_bytes",
                             "dirty_background_bytes", "dirty_ratio", "dirty_background_ratio"}));
  EXPECT_EQ(KeysOf(record["process"]),
            (std::set<std::string>{"args_count", "env_count", "memlock", "oom_score_adj"}));
}

TEST(FactsRecord, NumbersAreBytesNoLimitIsMaxAndNotKnownIsNull) {
  const json record = Parsed(FullFacts());
  EXPECT_EQ(record["cgroup"]["max"], 1048576);
  EXPECT_EQ(record["cgroup"]["swap_max"], "max");
  EXPECT_EQ(record["cgroup"]["high"], nullptr);
  EXPECT_EQ(record["cgroup"]["local_events"], nullptr);
  EXPECT_EQ(record["effective_limit"]["limit"], 1048576);
  EXPECT_EQ(record["hugetlb"][0]["max"], 0);
  EXPECT_EQ(record["pids"]["count"], 7);
  EXPECT_EQ(record["tmpfs"][0]["size"], nullptr);
  EXPECT_EQ(record["kmem_limit"], nullptr);
  EXPECT_EQ(Parsed(ContainerFacts{})["pids"], nullptr);
  EXPECT_EQ(Parsed(ContainerFacts{})["init"], nullptr);
  EXPECT_EQ(Parsed(FactsOfConfig(OciConfig{}, {}))["pids"]["count"], "max");
}

TEST(FactsRecord, HoldsNoArgumentEnvironmentOrValueOfAnAnnotation) {
  const std::string text = FactsText(FullFacts());
  EXPECT_EQ(text.find("hunter2"), std::string::npos) << text;
  EXPECT_EQ(text.find("requirepass"), std::string::npos) << text;
  EXPECT_EQ(text.find("PASSWORD"), std::string::npos) << text;
  EXPECT_NE(text.find("tier"), std::string::npos);
}

TEST(FactsRecord, OfManyKeysAFewAreToldAndHowManyThereWere) {
  ContainerFacts facts;
  for (int i = 0; i < 70; ++i) facts.labels[fmt::format("k{:02}", i)] = "v";
  facts.annotations[std::string(128, 'a')] = "v";
  facts.annotations[std::string(129, 'b')] = "v";
  const json record = Parsed(facts);
  EXPECT_EQ(record["label_keys"].size(), 64U);
  EXPECT_EQ(record["label_keys"][63], "k63");
  EXPECT_EQ(record["label_count"], 70);
  EXPECT_EQ(record["annotation_keys"][0], std::string(128, 'a'));
  EXPECT_EQ(record["annotation_keys"][1], std::string(128, 'b') + "...");
  EXPECT_EQ(record["annotation_count"], 2);
  EXPECT_EQ(Parsed(ContainerFacts{})["label_count"], 0);
}

TEST(FactsRecord, ItsOwnerDoesNotChooseHowLongItIsByKeys) {
  ContainerFacts facts;
  for (int i = 0; i < 1000; ++i) {
    facts.labels[fmt::format("{:04}", i) + std::string(1000, '\x7f')] = "";
  }
  facts.annotations = facts.labels;
  EXPECT_LT(FactsText(facts).size(), 128U << 10U);
}

TEST(FactsRecord, BytesThatATerminalObeysAreEscaped) {
  ContainerFacts facts = FullFacts();
  facts.id = "a\x1b[31m\xff";
  const std::string text = FactsText(facts);
  EXPECT_NE(text.find("x1b"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\xff'), std::string::npos);
}

}  // namespace
}  // namespace headroom
