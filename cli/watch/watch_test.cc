#include "cli/watch/watch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "cli/testing/judged_machine.h"

namespace headroom {
namespace {

/// A machine whose systemd runs web.service in the fake host's cgroup.
class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    state_ = {.loaded = true,
              .active_state = "active",
              .control_group = FakeHost::kCgroup,
              .main = FakeHost::kInit,
              .oom_policy = "stop"};
    machine_.ask_systemd = [this](const std::string& unit) -> Result<UnitState> {
      asked_ = unit;
      return state_;
    };
  }
  [[nodiscard]] std::optional<Enrolment> Enrolled() const {
    const RegistryDir registry(machine_.path("run/headroom"));
    const auto entries = registry.List().value();
    return entries.size() == 1 ? std::optional(registry.Read(entries[0]).value()) : std::nullopt;
  }

  JudgedMachine machine_;
  UnitState state_;
  std::string asked_;
};

TEST_F(WatchTest, EnrolsTheUnitAsContainersAre) {
  const auto ran = machine_.Run({"watch", "--unit", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_EQ(asked_, "web.service");
  EXPECT_TRUE(ran.out.starts_with("web.service (systemd): enrolled\n")) << ran.out;
  EXPECT_NE(ran.out.find("OOMPolicy=stop: systemd ends all of it"), std::string::npos) << ran.out;
  ASSERT_TRUE(Enrolled());
  EXPECT_EQ(Enrolled()->engine, kUnitEngine);
  EXPECT_EQ(Enrolled()->DisplayName(), "web.service");
  EXPECT_EQ(Enrolled()->cgroup.path, FakeHost::kCgroup);
  EXPECT_TRUE(Enrolled()->own_cgroup);
  EXPECT_EQ(Enrolled()->mode, Mode::kTripwire);
}

TEST_F(WatchTest, ASecondTimeIsOnce) {
  (void)machine_.Run({"watch", "--unit", "web"});
  const auto ran = machine_.Run({"watch", "--unit", "web.service"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_TRUE(ran.out.starts_with("web.service (systemd): already enrolled\n")) << ran.out;
  EXPECT_TRUE(Enrolled());
}

TEST_F(WatchTest, AUnitWithoutAMainProcessIsKnownByItsOldestOne) {
  state_.main.reset();
  machine_.host().AddProcess(900, "worker", 1, 5, FakeHost::kCgroup);
  machine_.host().SetProcs(FakeHost::kCgroup, fmt::format("{}\n900\n", FakeHost::kInit));
  EXPECT_EQ(machine_.Run({"watch", "--unit", "web"}).status, CliStatus::kDone);
  ASSERT_TRUE(Enrolled());
  EXPECT_EQ(Enrolled()->init, (ProcessId{.pid = 900, .start_ticks = 5}));
}

TEST_F(WatchTest, SaysWhyAUnitCannotBeWatched) {
  const auto refused = [&](int status, const std::string& words, const std::string& unit = "web") {
    const auto ran = machine_.Run({"watch", "--unit", unit});
    EXPECT_EQ(ran.status, status) << words;
    EXPECT_NE(ran.err.find(words), std::string::npos) << ran.err;
    EXPECT_FALSE(Enrolled()) << words;
  };
  refused(CliStatus::kUsage, "neither a service nor a scope", "system.slice");
  refused(CliStatus::kIncomplete, "Headroom itself", "headroomd");
  const UnitState running = state_;
  state_.control_group.clear();
  state_.active_state = "inactive";
  refused(CliStatus::kIncomplete, "web.service is inactive and has no process");
  state_ = running;
  state_.loaded = false;
  refused(CliStatus::kNotFound, "systemd knows no unit web.service");
  state_ = running;
  state_.main = 99999;
  refused(CliStatus::kIncomplete, "has no process");
  machine_.ask_systemd = [](const std::string&) -> Result<UnitState> {
    return MakeError(ErrorCode::kSystem, "systemd", "cannot be reached");
  };
  refused(CliStatus::kIncomplete, "cannot be reached");
}

TEST_F(WatchTest, TakesRoot) {
  const auto ran = machine_.Run({"watch", "--unit", "web"}, /*root=*/false);
  EXPECT_EQ(ran.status, CliStatus::kIncomplete);
  EXPECT_NE(ran.err.find("sudo"), std::string::npos);
}

TEST_F(WatchTest, SaysTheSameAsJson) {
  const auto ran = machine_.Run({"watch", "--unit", "web", "--json"});
  const auto document = nlohmann::json::parse(ran.out);
  EXPECT_EQ(document["schema"], "headroom.enrol/1");
  EXPECT_EQ(document["containers"][0]["name"], "web.service");
  EXPECT_EQ(document["containers"][0]["engine"], "systemd");
  EXPECT_EQ(document["containers"][0]["result"], "enrolled");
}

}  // namespace
}  // namespace headroom
