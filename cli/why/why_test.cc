#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "cli/testing/machine.h"
#include "evidence/unwritten.h"

namespace headroom {
namespace {

using namespace testing_evidence;

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

/// One line, and nothing on the other stream.
void ExpectOneLine(const Machine::Ran& ran, int status, const std::string& piece) {
  EXPECT_EQ(ran.status, status) << ran.out << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(ran.err.starts_with("headroom: ")) << ran.err;
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  EXPECT_TRUE(Holds(ran.err, piece)) << ran.err;
}

TEST(Why, ExplainsByIdByPrefixByFolderByPathAndAsTheLast) {
  const Machine machine;
  const std::string path = machine.Publish(MadeDraft({.id = "3f1c9a", .name = "web"}));
  const std::string told = machine.Run({"why", path}).out;
  EXPECT_TRUE(Holds(told, "web (runc) was killed by the kernel's OOM killer")) << told;
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"why", "web"},
                                                    {"why", "3f1c9a"},
                                                    {"why", "3f"},
                                                    {"why", "we"},
                                                    {"why", "runc-3f1c9a"},
                                                    {"why", "--last"},
                                                    {"why"},
                                                    {"why", path + "/"}}) {
    const auto ran = machine.Run(arguments);
    EXPECT_EQ(ran.status, CliStatus::kDone) << arguments.back() << ran.err;
    EXPECT_EQ(ran.out, told) << arguments.back();
    EXPECT_EQ(ran.err, "");
  }
}

TEST(Why, FindsAServiceOfComposeAndAPodWhileItRunsAndWhenItIsGone) {
  using Arguments = std::vector<std::string>;
  Store::Draft draft = MadeDraft({.id = "3f1c9a", .name = "shop-web-1", .engine = "docker"});
  draft.container.aliases = {"shop/web"};
  const auto expect_found = [](const Machine& machine, int status, const std::string& said) {
    for (const Arguments& arguments :
         {Arguments{"why", "web"}, {"why", "shop/web"}, {"why", "we"}, {"why", "shop-web-1"}}) {
      const auto ran = machine.Run(arguments);
      EXPECT_EQ(ran.status, status) << arguments.back() << ran.err;
      EXPECT_TRUE(Holds(ran.out, said)) << ran.out;
    }
  };
  {
    const Machine machine;
    (void)machine.Publish(draft);
    expect_found(machine, CliStatus::kDone, "shop-web-1 (docker");
    EXPECT_EQ(machine.Run({"bundle", "verify", "shop/web"}).status, CliStatus::kDone);
  }
  {
    const Machine machine;
    machine.WriteEnded(draft.container, "0", "2025-11-21T04:00:00.000Z",
                       R"("aliases": ["shop/web"],)");
    expect_found(machine, CliStatus::kNoIncident, "shop-web-1");
  }
  const Machine machine;
  machine.MakeCgroup(draft.container);
  machine.MakeProcess(draft.container.init);
  (void)machine.Enrol(draft.container);
  expect_found(machine, CliStatus::kNoIncident, "shop-web-1");
}

TEST(Why, AsksPodmanForAServiceThatNoRecordNames) {
  Machine machine;
  (void)machine.Publish(MadeDraft({.id = "77aa", .name = "shop_web_1", .engine = "podman"}));
  std::string listed = R"([{"Id":"77aa","Names":["shop_web_1"],"Labels":{
      "com.docker.compose.service":"web","com.docker.compose.project":"shop"}}])";
  machine.others.list_podman = [&listed]() -> Result<std::string> { return listed; };
  for (const char* name : {"web", "shop/web", "shop/w"}) {
    const auto ran = machine.Run({"why", name});
    EXPECT_EQ(ran.status, CliStatus::kDone) << name << ran.err;
    EXPECT_TRUE(Holds(ran.out, "shop_web_1 (podman")) << ran.out;
  }
  ExpectOneLine(machine.Run({"why", "db"}), CliStatus::kNotFound, "no container \"db\"");
  listed.insert(1, R"({"Id":"88bb","Names":["blog_web_1"],"Labels":{
      "com.docker.compose.service":"web","com.docker.compose.project":"blog"}},)");
  ExpectOneLine(machine.Run({"why", "web"}), CliStatus::kAmbiguous,
                "could be blog_web_1 (podman, 88bb), shop_web_1 (podman, 77aa)");
  listed = "nonsense";
  EXPECT_EQ(machine.Run({"why", "web"}).status, CliStatus::kNotFound);
}

TEST(Why, ListsTheContainersThatANameFits) {
  const Machine machine;
  for (const char* id : {"1", "2"}) {
    Store::Draft draft = MadeDraft({.id = id, .name = "shop-web-" + std::string(id)});
    draft.container.aliases = {"shop/web"};
    (void)machine.Publish(draft);
  }
  ExpectOneLine(machine.Run({"why", "shop/web"}), CliStatus::kAmbiguous,
                "\"shop/web\" could be shop-web-1 (runc, 1), shop-web-2 (runc, 2)");
  ExpectOneLine(machine.Run({"why", "shop/db"}), CliStatus::kNotFound, "no container \"shop/db\"");
}

TEST(Why, WorksFromACopyOfTheStoreAlone) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  std::filesystem::rename(machine.store_dir(), machine.dir().path() + "/copy");
  EXPECT_EQ(machine.Run({"why", "web"}).status, CliStatus::kNotFound);
  const auto ran = machine.Run({"why", "web", "--store", machine.dir().path() + "/copy"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
}

/// The verdict of an incident that headroomd could not write, kept as headroomd keeps it.
std::string KeepUnwritten(const Machine& machine, const Store::Draft& draft) {
  const std::string summary = VerdictJson(Explain(EvidenceOf(draft)));
  return Unwritten(machine.run_dir()).Keep(draft, summary).value();
}

TEST(Why, TellsTheVerdictOfABundleThatCouldNotBeWritten) {
  const Machine machine;
  const Store::Draft draft = MadeDraft({.id = "3f1c9a", .name = "web"});
  (void)machine.Enrol(draft.container);
  const std::string record = KeepUnwritten(machine, draft);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"why", "web"}, {"why", "3f"}, {"why"}}) {
    const auto ran = machine.Run(arguments);
    EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
    EXPECT_TRUE(Holds(ran.out, "was killed by the kernel's OOM killer")) << ran.out;
    EXPECT_TRUE(Holds(ran.out, "could not be written to; headroomd tries again")) << ran.out;
    EXPECT_TRUE(Holds(ran.out, record)) << ran.out;
  }
  const auto json = ParseJson(machine.Run({"why", "--json", "web"}).out, "why").value();
  EXPECT_EQ(json["bundle"], record);
  EXPECT_EQ(machine.Run({"why", "db"}).status, CliStatus::kNotFound);
}

TEST(Why, TellsTheVerdictThatWasKeptWhereTheStoreCannotBeRead) {
  const Machine machine;
  const Store::Draft draft = MadeDraft({});
  (void)machine.Enrol(draft.container);
  (void)KeepUnwritten(machine, draft);
  machine.dir().Write("store", "a file in its place");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"why", "web"}, {"why", "--last"}}) {
    EXPECT_EQ(machine.Run(arguments).status, CliStatus::kDone);
  }
  EXPECT_EQ(machine.Run({"why", "db"}).status, CliStatus::kUnreadable);
}

TEST(Why, PrefersTheBundleOnceItIsThere) {
  const Machine machine;
  const Store::Draft draft = MadeDraft({});
  (void)machine.Enrol(draft.container);
  (void)KeepUnwritten(machine, draft);
  const std::string path = machine.Publish(draft);
  const auto ran = machine.Run({"why", "web"});
  EXPECT_TRUE(Holds(ran.out, path)) << ran.out;
  EXPECT_FALSE(Holds(ran.out, "unwritten")) << ran.out;
}

TEST(Why, AsJsonIsTheVerdictAlone) {
  const Machine machine;
  const std::string path = machine.Publish(MadeDraft({}));
  const auto ran = machine.Run({"why", "--json", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_TRUE(ran.out.starts_with("{")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "\"cause\": \"limit-anon\""));
  EXPECT_TRUE(Holds(ran.out, "\"bundle\": \"" + path + "\""));
}

TEST(Why, OfSeveralIncidentsTellsTheNewestAndNamesTheOthers) {
  const Machine machine;
  const std::string first = machine.Publish(MadeDraft({}));
  const std::string second = machine.Publish(MadeDraft({.later = 60s, .from = 1}));
  const std::string third = machine.Publish(MadeDraft({.start_ticks = 999, .later = 120s}));
  const auto ran = machine.Run({"why", "web"});
  EXPECT_TRUE(Holds(ran.out, "bundle    " + third)) << ran.out;
  EXPECT_TRUE(ran.out.ends_with("2 earlier: 2025-11-21 03:13:44 UTC " + second +
                                ", 2025-11-21 03:12:44 UTC " + first + "\n"))
      << ran.out;
}

/// Publishes `count` incidents of "web", `apart` from one another, and says what the newest's
/// answer has about the row; empty: nothing.
std::string SeriesOf(int count, std::chrono::seconds apart, const std::string& cause) {
  const Machine machine;
  for (int i = 0; i < count; ++i) {
    Store::Draft draft =
        MadeDraft({.start_ticks = 777U + static_cast<unsigned>(i), .later = i * apart});
    draft.sections.push_back(
        {.row = {.section = "summary.json"}, .bytes = "{\"cause\": \"" + cause + "\"}"});
    (void)machine.Publish(draft);
  }
  const auto verdict = ParseJson(machine.Run({"why", "--json", "web"}).out, "out");
  EXPECT_TRUE(verdict) << verdict.error().Message();
  for (const auto& statement : verdict->at("statements")) {
    if (statement["label"] == "series") return statement["text"];
  }
  return "";
}

TEST(Why, TellsWhichOfARowItIs) {
  EXPECT_EQ(SeriesOf(1, 60s, "limit-anon"), "");
  EXPECT_EQ(SeriesOf(5, 300s, "limit-anon"), "the 5th in 20 min, each time limit-anon");
  EXPECT_EQ(SeriesOf(2, 40s, "limit-anon"), "the 2nd in 40 s, each time limit-anon");
  EXPECT_TRUE(
      Holds(SeriesOf(3, 40s, "host-oom"), "the 3rd in 80 s, the only one of them limit-anon"));
  EXPECT_EQ(SeriesOf(11, 3600s, "limit-anon"), "the 11th in 10 h, each time limit-anon");
  EXPECT_EQ(SeriesOf(2, 3601s, "limit-anon"), "") << "that is no row";
}

TEST(Why, IncarnationsOfOneNameAreOneContainer) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({.id = "aaa", .name = "web", .engine = "docker"}));
  const std::string newer =
      machine.Publish(MadeDraft({.id = "bbb", .name = "web", .engine = "docker", .later = 60s}));
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, newer)) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "1 earlier:")) << ran.out;
}

TEST(Why, SeveralContainersThatFitAreListedAndNoneIsChosen) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({.id = "web-1"}));
  (void)machine.Publish(MadeDraft({.id = "web-2", .engine = "crun"}));
  const auto ran = machine.Run({"why", "web"});
  ExpectOneLine(ran, CliStatus::kAmbiguous, "web-1 (runc, web-1)");
  EXPECT_TRUE(Holds(ran.err, "web-2 (crun, web-2)")) << ran.err;
  EXPECT_EQ(machine.Run({"why", "web-1"}).status, CliStatus::kDone);
}

TEST(Why, AnExactNameComesBeforeOneThatBeginsSo) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({.id = "web"}));
  (void)machine.Publish(MadeDraft({.id = "web-2"}));
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_TRUE(Holds(ran.out, "runc-web/")) << ran.out;
}

TEST(Why, NobodyIsNotFound) {
  const Machine machine;
  ExpectOneLine(machine.Run({"why", "web"}), CliStatus::kNotFound, "no container \"web\"");
  ExpectOneLine(machine.Run({"why", ""}), CliStatus::kUsage, "is empty");
  ExpectOneLine(machine.Run({"why", "\x1b[2J"}), CliStatus::kNotFound, "\\x1b[2J");
  ExpectOneLine(machine.Run({"why", "/no/such/bundle"}), CliStatus::kNotFound, "/no/such/bundle");
}

TEST(Why, AnEmptyStoreHasNoIncident) {
  const Machine machine;
  ExpectOneLine(machine.Run({"why"}), CliStatus::kNoIncident, machine.store_dir());
  ExpectOneLine(machine.Run({"why", "--last"}), CliStatus::kNoIncident, machine.store_dir());
}

TEST(Why, AUserIsToldWhereRootsContainersAre) {
  const Machine machine;
  const auto ran = machine.Run({"why", "web"}, false, /*root=*/false);
  ExpectOneLine(ran, CliStatus::kNotFound, "; root's containers need sudo");
  for (const char* verb : {"why", "ps", "bundles"}) {
    EXPECT_TRUE(Holds(machine.Run({verb}, false, false).err, "sudo")) << verb;
    EXPECT_FALSE(Holds(machine.Run({verb}).err, "sudo")) << verb;
  }
}

TEST(Why, ABrokenBundleIsNamed) {
  const Machine machine;
  const std::string path = machine.Publish(MadeDraft({}));
  std::filesystem::resize_file(path + "/kernel/oom.log", 10);
  const auto ran = machine.Run({"why", "web"});
  ExpectOneLine(ran, CliStatus::kUnreadable, "kernel/oom.log");
}

TEST(Why, AStoreThatIsNoDirectoryIsUnreadable) {
  const Machine machine;
  machine.dir().Write("store", "x");
  ExpectOneLine(machine.Run({"why", "web"}), CliStatus::kUnreadable, machine.store_dir());
}

TEST(Why, ARunningContainerWithoutAKillIsNoIncident) {
  const Machine machine;
  Enrolment container = MadeDraft({}).container;
  machine.MakeCgroup(container);
  machine.MakeProcess(container.init);
  (void)machine.Enrol(container);
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident);
  EXPECT_TRUE(ran.out.starts_with("web is running; nothing was killed in it since it started"))
      << ran.out;
  EXPECT_TRUE(Holds(ran.out, "memory.events oom_kill: 0")) << ran.out;
}

TEST(Why, ARunningContainerWithAKillAndNoBundleSaysSo) {
  const Machine machine;
  Enrolment container = MadeDraft({}).container;
  machine.MakeCgroup(container);
  machine.SetKills(container, 2);
  machine.MakeProcess(container.init);
  (void)machine.Enrol(container);
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_TRUE(Holds(ran.out, "the kernel killed 2 processes in it")) << ran.out;
}

TEST(Why, ACgroupThatIsNoLongerTheEnrolledOneIsNotRead) {
  const Machine machine;
  Enrolment container = MadeDraft({}).container;
  machine.MakeCgroup(container);
  container.cgroup.inode += 1;
  machine.MakeProcess(container.init);
  (void)machine.Enrol(container);
  ExpectOneLine(machine.Run({"why", "web"}), CliStatus::kNoIncident, "is not known");
}

TEST(Why, ACrashThatWasRestartedIsExplainedAndTheNewLifeMentioned) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  Enrolment again = MadeDraft({.start_ticks = 999}).container;
  machine.MakeCgroup(again);
  machine.MakeProcess(again.init);
  (void)machine.Enrol(again);
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_TRUE(Holds(ran.out, "was killed by the kernel's OOM killer")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "It runs again since 2025-11-21 03:11:04 UTC")) << ran.out;
}

TEST(Why, ACleanEndIsSaidToBeOne) {
  const Machine machine;
  const Enrolment container = MadeDraft({}).container;
  machine.WriteEnded(container, "0");
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident);
  EXPECT_TRUE(Holds(ran.out, "web ended, 2025-11-21 04:00:00 UTC; the kernel killed nothing in it"))
      << ran.out;
  EXPECT_TRUE(Holds(ran.out, "/run/ended/runc-0-web.json")) << ran.out;
  EXPECT_FALSE(Holds(ran.out, "OOM")) << ran.out;
  EXPECT_TRUE(Holds(machine.Run({"why", "web", "--json"}).out, "\"cause\": \"not-killed\""));
}

TEST(Why, AnEndBySigtermIsSaidToBeAskedForAndByNobodyInParticular) {
  const Machine machine;
  machine.WriteEnded(MadeDraft({}).container, "0", "2025-11-21T04:00:00.000Z",
                     R"("exit": {"signal": 15, "source": "zombie"},)");
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident);
  EXPECT_TRUE(Holds(ran.out, "web ended by SIGTERM, 2025-11-21 04:00:00 UTC; the kernel killed"))
      << ran.out;
  const auto told = nlohmann::json::parse(machine.Run({"why", "web", "--json"}).out);
  EXPECT_EQ(told["statements"][0]["text"],
            "its init, by SIGTERM: it was asked to end, as `stop` of an engine does first; who "
            "asked was not recorded");
  EXPECT_EQ(told["exit"]["signal"], 15);
  EXPECT_EQ(told["killer"], nullptr);
}

TEST(Why, TheStatusOfSigtermIsNotTakenForTheSignal) {
  const Machine machine;
  machine.WriteEnded(MadeDraft({}).container, "0", "2025-11-21T04:00:00.000Z",
                     R"("exit": {"code": 143, "source": "pidfd"},)");
  const auto told = nlohmann::json::parse(machine.Run({"why", "web", "--json"}).out);
  EXPECT_TRUE(Holds(told["headline"].get<std::string>(), "web ended with status 143, "));
  const auto text = told["statements"][0]["text"].get<std::string>();
  EXPECT_TRUE(Holds(text, "exits with 143 by itself")) << text;
  EXPECT_TRUE(Holds(text, "whether anybody asked was not recorded")) << text;
}

TEST(Why, ARecordOfAnEndThatNoProcessHasIsNotBelieved) {
  const Machine machine;
  machine.WriteEnded(MadeDraft({}).container, "0", "2025-11-21T04:00:00.000Z",
                     R"("exit": {"code": 143, "signal": 15},)");
  EXPECT_EQ(machine.Run({"why", "web"}).status, CliStatus::kNotFound);
}

TEST(Why, AnEndWhoseCountersNobodyReadIsUnknown) {
  const Machine machine;
  machine.WriteEnded(MadeDraft({}).container, "null");
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident);
  EXPECT_TRUE(Holds(ran.out, "is not known")) << ran.out;
  EXPECT_TRUE(Holds(machine.Run({"why", "web", "--json"}).out, "\"cause\": \"unknown\""));
}

TEST(Why, AKillWithoutABundleIsNotDenied) {
  const Machine machine;
  machine.WriteEnded(MadeDraft({}).container, "3");
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_TRUE(Holds(ran.out, "the kernel killed 3 processes in")) << ran.out;
}

TEST(Why, TheBundleOfTheLifeThatEndedComesBeforeTheNoteOfItsEnd) {
  const Machine machine;
  const Store::Draft draft = MadeDraft({});
  (void)machine.Publish(draft);
  machine.WriteEnded(draft.container, "1");
  const auto ran = machine.Run({"why", "web"});
  EXPECT_TRUE(Holds(ran.out, "was killed by the kernel's OOM killer")) << ran.out;
}

/// The note of an end in which nothing was killed, by both clocks.
void WriteEndedAt(const Machine& machine, const Enrolment& container, const std::string& wall,
                  BootTime boot) {
  machine.dir().Write("run/ended/" + container.ContainerKey() + ".json",
                      DumpJson({{"schema", "headroom.ended/1"},
                                {"id", container.id},
                                {"name", container.DisplayName()},
                                {"engine", container.engine},
                                {"generation", container.GenerationKey()},
                                {"ended_wall", wall},
                                {"ended_boot_ns", boot.count()},
                                {"oom_kill_delta", 0}}));
}

TEST(Why, ALaterLifeThatEndedWellComesBeforeAnOldBundle) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  const Enrolment later = MadeDraft({.start_ticks = 999}).container;
  WriteEndedAt(machine, later, "2025-11-21T04:00:00.000Z", kKilledAt + 2836s);
  const auto ran = machine.Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNoIncident);
  EXPECT_TRUE(Holds(ran.out, "the kernel killed nothing in it")) << ran.out;
  EXPECT_TRUE(Holds(ran.out, "1 earlier:")) << ran.out;
  WriteEndedAt(machine, later, "2025-11-21T03:00:00.000Z", kKilledAt - 764s);  // before the bundle
  EXPECT_EQ(machine.Run({"why", "web"}).status, CliStatus::kDone);
}

TEST(Why, ALaterLifeIsLaterThoughTheClockWasSetBack) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  const Enrolment later = MadeDraft({.start_ticks = 999}).container;
  WriteEndedAt(machine, later, "2025-11-21T02:00:00.000Z", kKilledAt + 60s);
  EXPECT_EQ(machine.Run({"why", "web"}).status, CliStatus::kNoIncident);
  WriteEndedAt(machine, later, "2025-11-21T05:00:00.000Z", kKilledAt - 60s);
  EXPECT_EQ(machine.Run({"why", "web"}).status, CliStatus::kDone) << "set back since its end";
}

TEST(Why, TheNewestBundleIsToldThoughTheClockWasSetBack) {
  const Machine machine;
  Store::Draft first = MadeDraft({});
  first.container.boot_id = "an-earlier-boot";
  first.incident.generation = first.container.GenerationKey();
  (void)machine.Publish(first);
  const std::string second = machine.Publish(MadeDraft({.later = -3600s}));
  for (const std::vector<std::string>& asked :
       {std::vector<std::string>{"why", "web", "--json"}, {"why", "--json"}}) {
    const auto ran = machine.Run(asked);
    EXPECT_TRUE(Holds(ran.out, second)) << ran.out << ran.err;
  }
  const auto listed = machine.Run({"bundles"});
  EXPECT_LT(listed.out.find("02:12:44"), listed.out.find("03:12:44")) << listed.out;
}

TEST(Why, ADeadContainerThatNobodyHasExaminedYetSaysWho) {
  const Machine machine;
  Enrolment container = MadeDraft({}).container;
  (void)machine.Enrol(container);
  ExpectOneLine(machine.Run({"why", "web"}), CliStatus::kNoIncident, "systemctl start headroomd");
}

TEST(Why, ANewDeathIsNotExplainedByAnOlderOne) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  (void)machine.Enrol(MadeDraft({.start_ticks = 999}).container);
  ExpectOneLine(machine.Run({"why", "web"}), CliStatus::kNoIncident, "1 earlier:");
  (void)machine.Publish(MadeDraft({.start_ticks = 999, .later = 60s}));
  EXPECT_EQ(machine.Run({"why", "web"}).status, CliStatus::kDone);
}

TEST(Why, KillsOfTheNewLifeThatHaveNoBundleYetAreMentioned) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  Enrolment again = MadeDraft({.start_ticks = 999}).container;
  machine.MakeCgroup(again);
  machine.SetKills(again, 2);
  machine.MakeProcess(again.init);
  (void)machine.Enrol(again);
  const auto ran = machine.Run({"why", "web"});
  EXPECT_TRUE(Holds(ran.out, "the kernel killed 2 processes in it since then")) << ran.out;
}

TEST(Why, ALinkToABundleIsSaidToBeOne) {
  const Machine machine;
  const std::string path = machine.Publish(MadeDraft({}));
  const std::string link = machine.dir().path() + "/link";
  std::filesystem::create_symlink(path, link);
  ExpectOneLine(machine.Run({"why", link}), CliStatus::kNotFound, "a symbolic link");
}

TEST(Why, OnATerminalOnlyTheHeadlineIsBold) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  const std::string plain = machine.Run({"why"}).out;
  const std::string bold = machine.Run({"why"}, /*terminal=*/true).out;
  const std::size_t end = plain.find("\n\n");
  EXPECT_EQ(bold, "\x1b[1m" + plain.substr(0, end) + "\x1b[0m" + plain.substr(end));
}

}  // namespace
}  // namespace headroom
