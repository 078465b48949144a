#include "evidence/pack/pack.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/testing/temporary_directory.h"
#include "evidence/pack/gzip.h"
#include "evidence/pack/tar.h"
#include "evidence/testing/drafts.h"

namespace headroom {
namespace {

BundleFiles MadeBundle() {
  BundleFiles bundle = FilesOfDraft(OomDraft()).value();
  bundle.path = "/store/runc-web/20251121T031244Z-oom-kill-1a2b3c4d-0-1";
  return bundle;
}

/// A pack of those files, as somebody with bad intentions would make it.
std::string PackOf(const std::vector<TarFile>& files) {
  return Compressed(WriteTar(files, 0).value()).value();
}

std::string WhyRefused(const std::string& pack) {
  const auto bundle = Unpacked(pack, "x.tar.gz");
  EXPECT_FALSE(bundle);
  return bundle ? "" : bundle.error().Message();
}

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

TEST(Pack, GivesTheSameFilesBack) {
  const auto pack = Packed(MadeBundle());
  ASSERT_TRUE(pack) << pack.error().Message();
  const auto bundle = Unpacked(*pack, "x.tar.gz");
  ASSERT_TRUE(bundle) << bundle.error().Message();
  EXPECT_EQ(bundle->files, MadeBundle().files);
  EXPECT_EQ(BundleDigest(*bundle), BundleDigest(MadeBundle()));
}

TEST(Pack, IsTheSameForTheSameBundleWhereverItLies) {
  BundleFiles elsewhere = MadeBundle();
  elsewhere.path = "/tmp/20251121T031244Z-oom-kill-1a2b3c4d-0-1";
  EXPECT_EQ(Packed(MadeBundle()).value(), Packed(elsewhere).value());
}

TEST(Pack, HasItsManifestFirstInAFolderThatTellsWhenAndWhat) {
  const std::string tar =
      Uncompressed(Packed(MadeBundle()).value(), std::size_t{1} << 20U, "").value();
  const auto files = ReadTar(tar, {}, "").value();
  EXPECT_EQ(files.front().name, "20251121T031244Z-oom-kill/manifest.json");
}

TEST(Pack, TakesACgroupsLongestName) {
  BundleFiles bundle = MadeBundle();
  const std::string name = "cgroup/ancestors/00-" + std::string(100, 'x') + "/memory.events.local";
  bundle.files[name] = "low 0\n";
  const auto read = Unpacked(Packed(bundle).value(), "");
  ASSERT_TRUE(read) << read.error().Message();
  EXPECT_TRUE(read->files.contains(name));
}

TEST(Pack, IsNotMadeOfABundleWithALink) {
  BundleFiles bundle = MadeBundle();
  bundle.strays = {{"before/link", "is a symbolic link"}};
  EXPECT_EQ(Packed(bundle).error().code, ErrorCode::kMalformed);
}

TEST(Pack, IsNotMadeWithoutAManifest) {
  BundleFiles bundle = MadeBundle();
  bundle.files.erase("manifest.json");
  EXPECT_EQ(Packed(bundle).error().code, ErrorCode::kMalformed);
}

TEST(Unpack, RefusesNamesThatLeaveTheFolder) {
  for (const char* name : {"b/../../etc/passwd", "b/..", "/etc/passwd", "b//etc/passwd",
                           "b/.hidden", "b/", "b/a\nb", "passwd"}) {
    const std::string why = WhyRefused(PackOf({{"b/manifest.json", "{}"}, {name, "x"}}));
    EXPECT_TRUE(Holds(why, "x.tar.gz")) << name << ": " << why;
  }
}

TEST(Unpack, RefusesASecondFolder) {
  EXPECT_TRUE(Holds(WhyRefused(PackOf({{"a/manifest.json", "{}"}, {"b/x", ""}})), "one folder"));
}

TEST(Unpack, RefusesAFileThatIsThereTwice) {
  EXPECT_TRUE(Holds(WhyRefused(PackOf({{"a/manifest.json", "{}"}, {"a/manifest.json", "[]"}})),
                    "manifest.json twice"));
}

TEST(Unpack, RefusesWhatHasNoManifest) {
  EXPECT_TRUE(Holds(WhyRefused(PackOf({{"a/x", ""}})), "no manifest.json"));
  EXPECT_TRUE(Holds(WhyRefused(PackOf({})), "no manifest.json"));
}

TEST(Unpack, RefusesMoreThanABundleMayHold) {
  // 17 MiB of zeros are a few kilobytes of gzip.
  const std::string large(std::size_t{17} << 20U, '\0');
  EXPECT_TRUE(Holds(WhyRefused(PackOf({{"a/manifest.json", "{}"}, {"a/x", large}})), "more than"));
}

TEST(Unpack, RefusesABombBeforeItIsUnfolded) {
  const std::string bomb = Compressed(std::string(std::size_t{80} << 20U, '\0')).value();
  EXPECT_LT(bomb.size(), std::size_t{1} << 20U);
  const auto bundle = Unpacked(bomb, "x.tar.gz");
  ASSERT_FALSE(bundle);
  EXPECT_EQ(bundle.error().code, ErrorCode::kTooLarge);
}

TEST(Unpack, RefusesTooManyFiles) {
  std::vector<TarFile> files{{"a/manifest.json", "{}"}};
  for (int i = 0; i < 4096; ++i) files.push_back({"a/" + std::to_string(i), ""});
  EXPECT_TRUE(Holds(WhyRefused(PackOf(files)), "more than 4096 files"));
}

TEST(Unpack, NoCutPackIsTakenForAWholeOne) {
  const std::string pack = Packed(MadeBundle()).value();
  for (std::size_t size = 0; size < pack.size(); ++size) {
    EXPECT_FALSE(Unpacked(std::string_view(pack).substr(0, size), "")) << size;
  }
}

TEST(Unpack, RefusesBytesBehindThePack) {
  EXPECT_FALSE(Unpacked(Packed(MadeBundle()).value() + "x", ""));
}

TEST(ReadBundleFiles, ReadsADirectoryAndAPackAlike) {
  const TemporaryDirectory dir;
  const std::string folder = dir.path() + "/b";
  ASSERT_TRUE(WriteBundleDirectory(folder + "/", MadeBundle()));
  dir.Write("b.tar.gz", Packed(MadeBundle()).value());
  EXPECT_EQ(ReadBundleFiles(folder).value().files, MadeBundle().files);
  EXPECT_EQ(ReadBundleFiles(folder + ".tar.gz").value().files, MadeBundle().files);
  EXPECT_EQ(ReadBundleFiles(dir.path() + "/none").error().code, ErrorCode::kNotFound);
}

TEST(ReadBundleFiles, DoesNotWaitForAPipe) {
  const TemporaryDirectory dir;
  const std::string pipe = dir.path() + "/x.tar.gz";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(ReadBundleFiles(pipe).error().code, ErrorCode::kMalformed);
}

TEST(ReadBundleDirectory, TellsLinksAndHiddenFilesAndFollowsNone) {
  const TemporaryDirectory dir;
  const std::string folder = dir.path() + "/b";
  ASSERT_TRUE(WriteBundleDirectory(folder, MadeBundle()));
  ASSERT_EQ(symlink("/etc", (folder + "/before/etc").c_str()), 0);
  dir.Write("b/.hidden", "x");
  const auto bundle = ReadBundleDirectory(folder).value();
  EXPECT_EQ(bundle.files, MadeBundle().files);
  ASSERT_EQ(bundle.strays.size(), 2U);
  EXPECT_EQ(bundle.strays[0].name, ".hidden");
  EXPECT_EQ(bundle.strays[1].name, "before/etc");
}

TEST(WriteBundleDirectory, ReplacesNothing) {
  const TemporaryDirectory dir;
  const std::string folder = dir.path() + "/b";
  dir.Write("b/kept", "x");
  EXPECT_EQ(WriteBundleDirectory(folder, MadeBundle()).error().code, ErrorCode::kExists);
  EXPECT_EQ(ListDirectory(OpenDirectory(AT_FDCWD, dir.path()).value().get(), "").value(),
            std::vector<std::string>{"b"});
}

TEST(WriteBundleDirectory, WritesNoNameThatIsNoSections) {
  const TemporaryDirectory dir;
  BundleFiles bundle = MadeBundle();
  bundle.files["../outside"] = "x";
  EXPECT_FALSE(WriteBundleDirectory(dir.path() + "/b", bundle));
  EXPECT_EQ(access((dir.path() + "/outside").c_str(), F_OK), -1);
}

TEST(ReadBundleOrPack, GivesTheSameEvidence) {
  const TemporaryDirectory dir;
  dir.Write("b.tar.gz", Packed(MadeBundle()).value());
  const auto evidence = ReadBundleOrPack(dir.path() + "/b.tar.gz");
  ASSERT_TRUE(evidence) << evidence.error().Message();
  EXPECT_EQ(evidence->kind, BundleKind::kOomKill);
  EXPECT_EQ(evidence->container.id, "web");
  EXPECT_EQ(*evidence->File("before/memory.stat"), "anon 42\n");
}

TEST(ReadBundleOrPack, RefusesAFileThatIsNotAsPublished) {
  const TemporaryDirectory dir;
  BundleFiles bundle = MadeBundle();
  bundle.files["before/memory.stat"] = "anon 43\n";
  dir.Write("b.tar.gz", Packed(bundle).value());
  const auto evidence = ReadBundleOrPack(dir.path() + "/b.tar.gz");
  ASSERT_FALSE(evidence);
  EXPECT_TRUE(Holds(evidence.error().Message(), "before/memory.stat"));
}

}  // namespace
}  // namespace headroom
