#include "evidence/pack/tar.h"

#include <gtest/gtest.h>

namespace headroom {
namespace {

const std::vector<TarFile> kFiles = {
    {"b/manifest.json", "{}\n"}, {"b/empty", ""}, {"b/block", std::string(512, 'x')}};

std::string MadeTar() { return WriteTar(kFiles, 1763694764).value(); }

/// Makes the checksum of the first header right again.
void Sum(std::string& tar) {
  tar.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(tar[i]);
  char text[8];
  (void)snprintf(text, sizeof text, "%06o", sum);
  tar.replace(148, 7, text, 7);
}

TEST(Tar, GivesTheSameFilesBack) { EXPECT_EQ(ReadTar(MadeTar(), {}, "x").value(), kFiles); }

TEST(Tar, IsOfWholeBlocks) {
  EXPECT_EQ(MadeTar().size() % 512, 0U);
  // A header each, two blocks of contents, two of zeros at the end.
  EXPECT_EQ(MadeTar().size() / 512, 3U + 2 + 2);
}

TEST(Tar, SplitsALongNameAtASlashAndPutsItTogetherAgain) {
  const std::vector<TarFile> files = {{std::string(150, 'a') + "/" + std::string(100, 'b'), "x"}};
  EXPECT_EQ(ReadTar(WriteTar(files, 0).value(), {}, "x").value(), files);
}

TEST(Tar, DoesNotTakeANameThatDoesNotFit) {
  for (const std::string& name :
       {std::string(101, 'a'), std::string(156, 'a') + "/b" + std::string(90, 'b'),
        std::string(100, 'a') + "/" + std::string(101, 'b')}) {
    EXPECT_EQ(WriteTar({{name, ""}}, 0).error().code, ErrorCode::kTooLarge) << name;
  }
}

TEST(ReadTar, RefusesEveryFlippedBitOfAHeader) {
  const std::string tar = MadeTar();
  for (std::size_t at = 0; at < 512; ++at) {
    std::string damaged = tar;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_NE(ReadTar(damaged, {}, "x").value_or(std::vector<TarFile>{}), kFiles) << at;
  }
}

TEST(ReadTar, RefusesLinksDevicesSparseFilesAndExtendedHeaders) {
  for (const char type : std::string("123467SxgLKVMD\x7f")) {
    std::string tar = MadeTar();
    tar[156] = type;
    Sum(tar);
    const auto files = ReadTar(tar, {}, "x");
    ASSERT_FALSE(files) << type;
    EXPECT_EQ(files.error().code, ErrorCode::kMalformed);
  }
}

TEST(ReadTar, PassesOverFolders) {
  std::string tar = WriteTar({{"b/", ""}, {"b/x", "1"}}, 0).value();
  tar[156] = '5';
  Sum(tar);
  EXPECT_EQ(ReadTar(tar, {}, "x").value(), (std::vector<TarFile>{{"b/x", "1"}}));
}

TEST(ReadTar, TakesGnuTarsOwnFormatForShortNames) {
  std::string tar = MadeTar();
  tar.replace(257, 8, std::string("ustar  \0", 8));
  tar.replace(345, 4, "junk");  // no prefix there, but times
  Sum(tar);
  EXPECT_EQ(ReadTar(tar, {}, "x").value(), kFiles);
}

TEST(ReadTar, RefusesASizeThatIsNoOctalNumber) {
  for (const std::string& size :
       {std::string("\x80\0\0\0\0\0\0\0\0\0\0\3", 12), std::string("00000000009\0", 12),
        std::string("-0000000003\0", 12), std::string(12, '\0')}) {
    std::string tar = MadeTar();
    tar.replace(124, 12, size);
    Sum(tar);
    EXPECT_FALSE(ReadTar(tar, {}, "x"));
  }
}

TEST(ReadTar, RefusesAFileThatIsLargerThanWanted) {
  EXPECT_EQ(ReadTar(MadeTar(), {.most_file_bytes = 511}, "x").error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(ReadTar(MadeTar(), {.most_file_bytes = 512}, "x"));
}

TEST(ReadTar, RefusesASizeThatReachesBeyondTheEnd) {
  std::string tar = MadeTar();
  tar.replace(124, 12, std::string("00077777777\0", 12));
  Sum(tar);
  EXPECT_FALSE(ReadTar(tar, {}, "x"));
}

TEST(ReadTar, RefusesMoreEntriesThanWanted) {
  EXPECT_TRUE(ReadTar(MadeTar(), {.most_entries = 3}, "x"));
  EXPECT_EQ(ReadTar(MadeTar(), {.most_entries = 2}, "x").error().code, ErrorCode::kTooLarge);
}

TEST(ReadTar, RefusesWhatIsCutOffAnywhere) {
  const std::string tar = MadeTar();
  for (std::size_t size = 0; size < tar.size(); ++size) {
    EXPECT_FALSE(ReadTar(std::string_view(tar).substr(0, size), {}, "x")) << size;
  }
}

TEST(ReadTar, TakesZerosBehindTheEndAndNothingElse) {
  EXPECT_TRUE(ReadTar(MadeTar() + std::string(8192, '\0'), {}, "x"));
  EXPECT_FALSE(ReadTar(MadeTar() + std::string(511, '\0') + "x", {}, "x"));
}

TEST(ReadTar, RefusesBytesInTheFillingOfABlock) {
  std::string tar = MadeTar();
  tar[512 + 3] = 'x';  // behind "{}\n"
  EXPECT_FALSE(ReadTar(tar, {}, "x"));
}

}  // namespace
}  // namespace headroom
