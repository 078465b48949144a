#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "cli/testing/machine.h"

namespace headroom {
namespace {

namespace fs = std::filesystem;

std::string FileAt(const Machine& machine, const std::string& name) {
  return machine.dir().path() + "/" + name;
}

std::string Written(const std::string& path) {
  return ReadFileAt(AT_FDCWD, path, 4U << 20U).value_or("");
}

void ExpectRefused(const Machine::Ran& ran, int status, const std::string& piece) {
  EXPECT_EQ(ran.status, status) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_NE(ran.err.find(piece), std::string::npos) << ran.err;
  EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
}

TEST(Report, OfANameOfAPathAndOfTheLastIsTheSameFile) {
  const Machine machine;
  const std::string bundle = machine.Publish(MadeDraft({.id = "3f1c9a", .name = "web"}));
  const std::string page = machine.Run({"report", "web", "-o", "-"}).out;
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>")) << page.substr(0, 100);
  EXPECT_NE(page.find("web (runc) was killed by the kernel"), std::string::npos);
  for (const std::string subject : {"web", "3f", "--last"}) {
    EXPECT_EQ(machine.Run({"report", subject, "-o", "-"}).out, page) << subject;
  }
  EXPECT_EQ(machine.Run({"report", bundle, "-o", "-"}).out, page);
  EXPECT_EQ(machine.Run({"report", "-o", "-"}).out, page);
}

TEST(Report, IsWrittenWholeAndForItsOwnerAlone) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  const std::string path = FileAt(machine, "report.html");
  const auto ran = machine.Run({"report", "web", "-o", path});
  EXPECT_EQ(ran.status, CliStatus::kDone) << ran.err;
  EXPECT_EQ(ran.out, "");
  EXPECT_TRUE(Written(path).ends_with("</html>\n"));
  struct stat info{};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  for (const auto& entry : fs::directory_iterator(machine.dir().path())) {
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
  }
}

TEST(Report, ReplacesNothingUnlessItIsForcedTo) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  machine.dir().Write("report.html", "mine");
  const std::string path = FileAt(machine, "report.html");
  ExpectRefused(machine.Run({"report", "web", "-o", path}), CliStatus::kIncomplete, "--force");
  EXPECT_EQ(Written(path), "mine");
  EXPECT_EQ(machine.Run({"report", "web", "-o", path, "--force"}).status, CliStatus::kDone);
  EXPECT_TRUE(Written(path).starts_with("<!DOCTYPE html>"));
}

TEST(Report, NeverTakesThePlaceOfWhatIsNoFile) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  const std::string folder = FileAt(machine, "folder");
  fs::create_directory(folder);
  const std::string link = FileAt(machine, "link");
  fs::create_symlink("/dev/null", link);
  for (const std::string& path : {folder, link}) {
    ExpectRefused(machine.Run({"report", "web", "-o", path, "--force"}), CliStatus::kIncomplete,
                  "no regular file");
  }
  EXPECT_TRUE(fs::is_symlink(link));
}

TEST(Report, AFolderThatIsNotThereIsToldByTheNameThatWasGiven) {
  const Machine machine;
  (void)machine.Publish(MadeDraft({}));
  const std::string path = FileAt(machine, "none/report.html");
  const auto ran = machine.Run({"report", "web", "-o", path});
  ExpectRefused(ran, CliStatus::kIncomplete, path);
  EXPECT_EQ(ran.err.find(".tmp"), std::string::npos) << ran.err;
}

TEST(Report, WithoutABundleThereIsNoneAndNoFile) {
  const Machine machine;
  const std::string path = FileAt(machine, "report.html");
  ExpectRefused(machine.Run({"report", "web", "-o", path}), CliStatus::kNotFound, "web");
  ExpectRefused(machine.Run({"report", "-o", path}), CliStatus::kNoIncident, "no incident");
  Enrolment running = MadeDraft({}).container;
  machine.MakeCgroup(running);
  machine.MakeProcess(running.init);
  (void)machine.Enrol(running);
  ExpectRefused(machine.Run({"report", "web", "-o", path}), CliStatus::kNoIncident,
                "web is running");
  machine.SetKills(running, 2);
  ExpectRefused(machine.Run({"report", "web", "-o", path}), CliStatus::kNoIncident,
                "no bundle of it is in the store");
  EXPECT_FALSE(fs::exists(path));
}

TEST(Report, OfAContainerThatEndedQuietlySaysSo) {
  const Machine machine;
  machine.WriteEnded(MadeDraft({}).container, "0");
  ExpectRefused(machine.Run({"report", "web", "-o", "-"}), CliStatus::kNoIncident,
                "killed nothing in it");
  machine.WriteEnded(MadeDraft({}).container, "1");
  ExpectRefused(machine.Run({"report", "web", "-o", "-"}), CliStatus::kNoIncident,
                "no bundle of it is in the store");
}

TEST(Report, NeedsToKnowWhereTo) {
  const Machine machine;
  ExpectRefused(machine.Run({"report", "web"}), CliStatus::kUsage, "--output");
  ExpectRefused(machine.Run({"report", "web", "-o", ""}), CliStatus::kUsage, "--output");
}

}  // namespace
}  // namespace headroom
