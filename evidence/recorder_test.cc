#include "evidence/recorder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"
#include "base/testing/temporary_directory.h"

namespace headroom {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kHeaderBytes = 128;
constexpr std::size_t kSampleBytes = 128;
constexpr std::size_t kSlots = (Recorder::kFileBytes - kHeaderBytes) / kSampleBytes;

Sample At(std::uint64_t number) {
  Sample sample;
  sample.at = BootTime(number);
  sample.current = Bytes{number * 4096};
  return sample;
}

std::string FileBytes(const std::string& path) {
  return ReadFileAt(AT_FDCWD, path, 1U << 20U).value();
}

class RecorderTest : public testing::Test {
 protected:
  std::string ReadBack() { return FileBytes(path_); }
  TemporaryDirectory dir_;
  std::string path_ = dir_.path() + "/recorder";
};

TEST_F(RecorderTest, GivesBackEveryFigureThatWasSampled) {
  auto recorder = Recorder::Open(path_);
  ASSERT_TRUE(recorder.has_value()) << recorder.error().Message();
  recorder->Add(Sample{.at = 5s,
                       .wall = 1700000000s,
                       .current = Bytes{1},
                       .swap = Bytes{2},
                       .anon = Bytes{3},
                       .file = Bytes{4},
                       .shmem = Bytes{5},
                       .kernel = Bytes{6},
                       .oom_kill = 7,
                       .high = 8,
                       .max = 9,
                       .some_us = 10,
                       .full_us = 11,
                       .refaults = 12,
                       .armed = true});
  const auto read = ReadRecording(path_);
  ASSERT_TRUE(read.has_value()) << read.error().Message();
  ASSERT_EQ(read->samples.size(), 1U);
  const Sample& sample = read->samples.front();
  EXPECT_EQ(sample.at, 5s);
  EXPECT_EQ(sample.wall, 1700000000s);
  EXPECT_EQ(sample.current, Bytes{1});
  EXPECT_EQ(sample.swap, Bytes{2});
  EXPECT_EQ(sample.anon, Bytes{3});
  EXPECT_EQ(sample.file, Bytes{4});
  EXPECT_EQ(sample.shmem, Bytes{5});
  EXPECT_EQ(sample.kernel, Bytes{6});
  EXPECT_EQ(sample.oom_kill, 7U);
  EXPECT_EQ(sample.high, 8U);
  EXPECT_EQ(sample.max, 9U);
  EXPECT_EQ(sample.some_us, 10U);
  EXPECT_EQ(sample.full_us, 11U);
  EXPECT_EQ(sample.refaults, 12U);
  EXPECT_TRUE(sample.armed);
}

TEST_F(RecorderTest, AFigureThatWasNotSampledIsNotZero) {
  auto recorder = Recorder::Open(path_);
  Sample sparse;
  sparse.anon = Bytes{0};
  recorder->Add(sparse);
  const auto read = ReadRecording(path_);
  ASSERT_EQ(read->samples.size(), 1U);
  EXPECT_EQ(read->samples.front().anon, Bytes{0});
  EXPECT_EQ(read->samples.front().current, std::nullopt);
  EXPECT_EQ(read->samples.front().oom_kill, std::nullopt);
  EXPECT_EQ(read->samples.front().refaults, std::nullopt);
  EXPECT_FALSE(read->samples.front().armed);
}

TEST_F(RecorderTest, AFreshRingIsEmptyAndExactlyAsLargeAsPromised) {
  ASSERT_TRUE(Recorder::Open(path_).has_value());
  const auto read = ReadRecording(path_);
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->samples.empty());
  EXPECT_EQ(read->skipped, 0U);
  struct stat info{};
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_size, static_cast<off_t>(Recorder::kFileBytes));
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  EXPECT_GE(info.st_blocks * 512, static_cast<blkcnt_t>(Recorder::kFileBytes));  // not sparse
}

TEST_F(RecorderTest, KeepsTheNewestInOrderAfterManyTurns) {
  auto recorder = Recorder::Open(path_);
  for (std::uint64_t i = 1; i <= 3 * kSlots + 5; ++i) recorder->Add(At(i));
  const auto read = ReadRecording(path_);
  ASSERT_EQ(read->samples.size(), kSlots);
  for (std::size_t i = 0; i < kSlots; ++i) {
    EXPECT_EQ(read->samples[i].at, BootTime(2 * kSlots + 6 + i));
  }
}

TEST_F(RecorderTest, IsContinuedByTheNextProcess) {
  {
    auto first = Recorder::Open(path_);
    first->Add(At(1));
    first->Add(At(2));
  }
  auto second = Recorder::Open(path_);
  ASSERT_TRUE(second.has_value());
  second->Add(At(3));
  const auto read = ReadRecording(path_);
  ASSERT_EQ(read->samples.size(), 3U);
  EXPECT_EQ(read->samples.front().at, BootTime(1));
  EXPECT_EQ(read->samples.back().at, BootTime(3));
}

TEST_F(RecorderTest, StaysWritableAfterAMove) {
  auto opened = Recorder::Open(path_);
  Recorder recorder = std::move(*opened);
  recorder.Add(At(1));
  Recorder other = Recorder::Open(dir_.path() + "/other").value();
  other = std::move(recorder);
  other.Add(At(2));
  EXPECT_EQ(ReadRecording(path_)->samples.size(), 2U);
}

TEST_F(RecorderTest, SkipsATornSampleAndCountsIt) {
  {
    auto recorder = Recorder::Open(path_);
    for (std::uint64_t i = 1; i <= 3; ++i) recorder->Add(At(i));
  }
  std::string bytes = ReadBack();
  bytes[kHeaderBytes + kSampleBytes + 40] ^= 1;
  const auto read = ParseRecording(bytes);
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->samples.size(), 2U);
  EXPECT_EQ(read->samples[0].at, BootTime(1));
  EXPECT_EQ(read->samples[1].at, BootTime(3));
  EXPECT_EQ(read->skipped, 1U);
}

TEST_F(RecorderTest, SkipsASampleThatStandsInTheWrongSlot) {
  {
    auto recorder = Recorder::Open(path_);
    recorder->Add(At(1));
  }
  std::string bytes = ReadBack();
  bytes.replace(kHeaderBytes + 5 * kSampleBytes, kSampleBytes,
                bytes.substr(kHeaderBytes, kSampleBytes));
  const auto read = ParseRecording(bytes);
  EXPECT_EQ(read->samples.size(), 1U);
  EXPECT_EQ(read->skipped, 1U);
}

TEST_F(RecorderTest, AnySingleFlippedBitIsNoticedOrHarmless) {
  {
    auto recorder = Recorder::Open(path_);
    for (std::uint64_t i = 1; i <= 2; ++i) recorder->Add(At(i));
  }
  const std::string good = ReadBack();
  for (std::size_t bit = 0; bit < (kHeaderBytes + 2 * kSampleBytes) * 8; ++bit) {
    std::string bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    const auto read = ParseRecording(bytes);
    if (bit < kHeaderBytes * 8) {
      EXPECT_FALSE(read.has_value()) << "bit " << bit;
    } else {
      EXPECT_EQ(read->samples.size(), 1U) << "bit " << bit;
    }
  }
}

TEST_F(RecorderTest, ForeignBytesAreMalformed) {
  for (const std::string& bytes : {std::string(), std::string("hrd"), std::string(16384, '\0'),
                                   std::string(16384, '\xff'), std::string(20000, 'x')}) {
    const auto read = ParseRecording(bytes);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
  }
}

TEST_F(RecorderTest, AFileThatIsNotOursIsReplaced) {
  dir_.Write("recorder", "something else");
  auto recorder = Recorder::Open(path_);
  ASSERT_TRUE(recorder.has_value()) << recorder.error().Message();
  recorder->Add(At(1));
  EXPECT_EQ(ReadRecording(path_)->samples.size(), 1U);
}

TEST_F(RecorderTest, ASymbolicLinkIsReplacedAndItsTargetLeftAlone) {
  dir_.Write("target", "precious");
  std::filesystem::create_symlink(dir_.path() + "/target", path_);
  ASSERT_TRUE(Recorder::Open(path_).has_value());
  EXPECT_FALSE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(FileBytes(dir_.path() + "/target"), "precious");
}

TEST_F(RecorderTest, AMissingDirectoryIsAnErrorThatNamesTheFile) {
  const auto recorder = Recorder::Open(dir_.path() + "/nowhere/recorder");
  ASSERT_FALSE(recorder.has_value());
  EXPECT_EQ(recorder.error().code, ErrorCode::kNotFound);
  EXPECT_NE(recorder.error().where.find("nowhere/recorder"), std::string::npos);
}

TEST_F(RecorderTest, ReadingNothingIsNotFound) {
  EXPECT_EQ(ReadRecording(path_).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace headroom
