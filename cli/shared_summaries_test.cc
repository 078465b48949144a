#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/json.h"
#include "cli/testing/machine.h"
#include "evidence/summaries.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

/// A machine with bundles of root's that this user may not read, and their summaries, which it may.
class SharedSummaries : public testing::Test {
 protected:
  SharedSummaries() {
    fs::create_directories(machine_.dir().path() + "/system/summaries");
    (void)chmod((machine_.dir().path() + "/system/summaries").c_str(), 02750);
  }
  std::string Publish(const DraftOf& of) {
    const std::string path =
        Store(machine_.system_store()).Publish(Explained(MadeDraft(of))).value();
    fs::remove_all(path);  // as good as unreadable
    return path;
  }
  [[nodiscard]] Machine::Ran Run(std::vector<std::string> arguments) const {
    return machine_.Run(std::move(arguments), /*terminal=*/false, /*root=*/false);
  }

  Machine machine_;
};

TEST_F(SharedSummaries, WhyAnswersFromTheSummaryAndSaysWhereTheBundleIs) {
  const std::string path = Publish({.id = "3f1c9a", .name = "web"});
  for (const char* wanted : {"web", "3f1c9a", "3f"}) {
    const auto ran = Run({"why", wanted});
    EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
    EXPECT_TRUE(ran.out.starts_with("web (runc) was killed")) << ran.out;
    EXPECT_TRUE(Holds(ran.out, path)) << ran.out;
    EXPECT_TRUE(Holds(ran.out, "root's alone")) << ran.out;
  }
}

TEST_F(SharedSummaries, AsJsonItIsTheSummaryWithItsBundle) {
  const std::string path = Publish({});
  const auto ran = Run({"why", "--json", "web"});
  const auto json = ParseJsonObject(ran.out, "out");
  ASSERT_TRUE(json) << ran.out << ran.err;
  EXPECT_EQ((*json)["bundle"], path);
  EXPECT_EQ((*json)["cause"], "limit-anon");
}

TEST_F(SharedSummaries, WithoutAnArgumentTheNewestIsTold) {
  (void)Publish({.id = "old"});
  (void)Publish({.id = "new", .later = std::chrono::seconds(60)});
  EXPECT_TRUE(Run({"why"}).out.starts_with("new (runc)"));
}

TEST_F(SharedSummaries, TheOwnBundlesComeFirst) {
  (void)Publish({.name = "theirs"});
  (void)machine_.Publish(MadeDraft({.id = "own"}));
  EXPECT_TRUE(Run({"why"}).out.starts_with("own (runc)"));
}

TEST_F(SharedSummaries, BundlesListsThemWithTheOwn) {
  const std::string theirs = Publish({.id = "theirs"});
  const std::string own = machine_.Publish(MadeDraft({.id = "own"}));
  const auto ran = Run({"bundles"});
  EXPECT_EQ(ran.status, CliStatus::kDone);
  EXPECT_TRUE(Holds(ran.out, theirs)) << ran.out;
  EXPECT_TRUE(Holds(ran.out, own)) << ran.out;
  EXPECT_FALSE(Holds(machine_.Run({"bundles"}).out, theirs));  // root reads bundles
}

TEST_F(SharedSummaries, SeveralContainersThatFitAreNotGuessedAmong) {
  (void)Publish({.id = "web-1"});
  (void)Publish({.id = "web-2"});
  EXPECT_EQ(Run({"why", "web"}).status, CliStatus::kAmbiguous);
}

TEST_F(SharedSummaries, WithoutThemTheAnswerIsAsItWas) {
  const auto ran = Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kNotFound);
  EXPECT_TRUE(Holds(ran.err, "root's containers need sudo")) << ran.err;
}

TEST_F(SharedSummaries, ABrokenOneIsPassedOverAndAHostileOneIsSafeToPrint) {
  (void)Publish({});
  const auto entries = Summaries::Beside(machine_.system_store()).List().value();
  ASSERT_EQ(entries.size(), 1U);
  const std::string name = entries[0].path.substr(machine_.dir().path().size() + 1);
  machine_.dir().Write(name, "{");
  EXPECT_EQ(Run({"why", "web"}).status, CliStatus::kNotFound);
  machine_.dir().Write(name, R"({"schema": "headroom.summary/1", "container": "web",
      "headline": "\u001b[2Jgone", "cause": "limit-anon", "confidence": "observed"})");
  const auto ran = Run({"why", "web"});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_FALSE(Holds(ran.out, "\x1b")) << ran.out;
}

}  // namespace
}  // namespace headroom
