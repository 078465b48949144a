#include <gtest/gtest.h>

#include <fmt/format.h>

#include "explain/study/growth.h"
#include "explain/testing/living_cases.h"
#include "explain/testing/said.h"

namespace headroom {
namespace {

using namespace testing_evidence;

constexpr const char* kBothLimits = "memory+swap: usage 131072kB, limit 131072kB, failcnt 3";
constexpr const char* kSwapFull = "swap: usage 523264kB, limit 524288kB, failcnt 3";

/// A sample a second for a minute: resident memory stays, `swapped` goes to swap.
template <typename Swapped>
Recording Swapping(Swapped swapped) {
  Recording recording;
  for (unsigned i = 0; i < 60; ++i) {
    Sample sample;
    sample.at = kKilledAt - 500ms - std::chrono::seconds(59 - i);
    sample.wall = kKilledWall - 500ms - std::chrono::seconds(59 - i);
    sample.anon = Kibibytes(60620);
    sample.shmem = Bytes{0};
    sample.current = Mebibytes(63);
    sample.swap = swapped(i);
    sample.oom_kill = 0;
    recording.samples.push_back(sample);
  }
  return recording;
}

/// The kernel's report with one more line behind that of memory's usage.
std::string LogWith(const char* line) {
  std::string log = OomLog({});
  const std::size_t end = log.find('\n', log.find("memory: usage"));
  return log.insert(end, fmt::format("\n6,7010,1000000000,-;{}", line));
}

/// Killed at 64 MiB beside 512 MiB of swap, by a docker of cgroup v2.
EvidenceBuilder KilledOnV2(const Recording& recording) {
  EvidenceBuilder builder;
  builder.container().engine = "docker";
  builder.Record(OwnLimitIncident())
      .Record(TripwireSnapshot())
      .Record(Processes({Process(kInit, "eat", 60000)}))
      .Record(recording)
      .File("before/memory.stat", MemoryStatText(60600000, 0, 400000))
      .File("before/memory.swap.current", "534773760\n")
      .File("cgroup/memory.max", "67108864\n")
      .File("cgroup/memory.swap.max", "536870912\n")
      .File("kernel/oom.log", LogWith(kSwapFull));
  return builder;
}

/// Killed at the 128 MiB of memory and swap that docker gives beside 64 MiB of memory on v1.
EvidenceBuilder KilledOnV1(const Recording& recording) {
  EvidenceBuilder builder;
  builder.container().engine = "docker";
  builder.container().cgroup_version = CgroupVersion::kV1;
  builder.Record(OwnLimitIncident())
      .Record(recording)
      .File("cgroup/memory.limit_in_bytes", "67108864\n")
      .File("cgroup/memory.memsw.limit_in_bytes", "134217728\n")
      .File("kernel/oom.log", LogWith(kBothLimits));
  return builder;
}

Bytes EightMebibytesASecond(unsigned i) { return Mebibytes(30 + 8 * i); }
Bytes OneMebibyteASecond(unsigned i) { return Mebibytes(4 + i); }

std::optional<Growth> GrowthIn(const EvidenceBuilder& builder) {
  const Evidence evidence = builder.Build();
  return FindGrowth(StudyCase(evidence));
}

std::string AdviceIn(const EvidenceBuilder& builder) {
  return fmt::format("{}\n", fmt::join(Explain(builder.Build()).advice, "\n"));
}

TEST(GrowthWithSwap, IsNoPlateauWhereWhatGrowsGoesToSwap) {
  const EvidenceBuilder builder = KilledOnV2(Swapping(EightMebibytesASecond));
  const auto growth = GrowthIn(builder);
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kSteady);
  EXPECT_NEAR(growth->bytes_per_second / 1048576, 8.0, 0.01);
  EXPECT_EQ(Said(builder, "growth"),
            "steady, memory and swap together, +8 MiB/s for the last 59 s (60 samples, fit 1.00): "
            "from 60 % of both limits to all of it in 28 s");
  const std::string advice = AdviceIn(builder);
  EXPECT_FALSE(Holds(advice, "a quarter more")) << advice;
  EXPECT_TRUE(Holds(advice,
                    "if it goes on at that rate, that lasts 8.0 s longer:\n"
                    "  docker update --memory 128m --memory-swap 640m web\n"))
      << advice;
}

TEST(GrowthWithSwap, IsNoBurstToALimitOfBothOnV1) {
  const EvidenceBuilder builder = KilledOnV1(Swapping(OneMebibyteASecond));
  const auto growth = GrowthIn(builder);
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kSteady);
  EXPECT_NEAR(growth->bytes_per_second / 1048576, 1.0, 0.01);
  EXPECT_EQ(Said(builder, "growth"),
            "steady, memory and swap together, +1 MiB/s for the last 59 s (60 samples, fit 1.00): "
            "from 60 % of the limit to all of it in 51 s");
  const std::string advice = AdviceIn(builder);
  EXPECT_FALSE(Holds(advice, "--memory 256m")) << advice;
  EXPECT_TRUE(Holds(advice,
                    "twice the limit of memory alone (128 MiB); if it "
                    "goes on at that rate, that lasts 64 s longer:\n"
                    "  docker update --memory 128m --memory-swap 192m web\n"))
      << advice;
}

TEST(GrowthWithSwap, OfALimitOfBothIsNotToldWhereSwapWasNotSampled) {
  Recording recording = Swapping(OneMebibyteASecond);
  for (Sample& sample : recording.samples) sample.swap.reset();
  const EvidenceBuilder builder = KilledOnV1(recording);
  EXPECT_FALSE(GrowthIn(builder).has_value());
  EXPECT_EQ(Said(builder, "growth"), "") << "63 MiB of memory say nothing of both";
  EXPECT_TRUE(Holds(AdviceIn(builder), "--memory 128m --memory-swap 192m web"));
}

TEST(GrowthWithSwap, ThatHadRoomInSwapAtTheEndIsABurstToTheLimitOfBoth) {
  const EvidenceBuilder builder = KilledOnV1(Swapping([](unsigned) { return Mebibytes(8); }));
  EXPECT_EQ(Said(builder, "growth"),
            "a burst, memory and swap together: from 67.2 MiB to the limit in less than 0.5 s, "
            "faster than samples were taken, after 59 s level");
  EXPECT_TRUE(Holds(AdviceIn(builder), "--memory 128m --memory-swap 192m web"));
}

TEST(GrowthWithSwap, ALevelThatIsPartlyInSwapIsNotCalledAllThatItHeld) {
  const EvidenceBuilder builder = KilledOnV2(Swapping([](unsigned) { return Mebibytes(510); }));
  EXPECT_EQ(Said(builder, "growth"),
            "level, memory and swap together at 569 MiB for the last 59 s (60 samples)");
  EXPECT_FALSE(Holds(AdviceIn(builder), "was seen to hold")) << AdviceIn(builder);
}

/// What is read back from swap is nothing new.
TEST(GrowthWithSwap, IsNoLeakWhereSwapIsReadBack) {
  Recording recording = Swapping([](unsigned i) { return Mebibytes(90 - i); });
  for (unsigned i = 0; i < 60; ++i) recording.samples[i].anon = Mebibytes(1 + i);
  const auto growth = GrowthIn(KilledOnV2(recording));
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->shape, Shape::kPlateau);
}

TEST(GrowthWithSwap, OfALivingOneIsUpToBothLimits) {
  const auto snap = [](const char* host) {
    EvidenceBuilder builder = Snap(Swapping(EightMebibytesASecond), 59);
    builder.File("before/memory.swap.current", "534773760\n").File("host/meminfo", host);
    Evidence evidence = builder.Build();
    evidence.files["cgroup/memory.swap.max"] = "536870912\n";
    const std::string said = AllSaid(Explain(evidence), "growth");
    return said.substr(0, said.find('\n'));
  };
  const auto room = "MemTotal: 4194304 kB\nSwapTotal: 2097152 kB\nSwapFree: 1048576 kB\n";
  EXPECT_EQ(snap(room),
            "steady, memory and swap together, +8 MiB/s for the last 59 s (60 samples, fit 1.00): "
            "both limits in 1.2 s at that rate");
  const auto hardly = "MemTotal: 4194304 kB\nSwapTotal: 2097152 kB\nSwapFree: 1024 kB\n";
  EXPECT_TRUE(snap(hardly).ends_with("fit 1.00)")) << "the host's is full sooner";
}

TEST(GrowthWithSwap, ThatIsNoneSaysNothingOfSwap) {
  const EvidenceBuilder builder = KilledOnV2(Swapping([](unsigned) { return Bytes{0}; }));
  EXPECT_EQ(Said(builder, "growth"), "level at 59.2 MiB for the last 59 s (60 samples)");
}

}  // namespace
}  // namespace headroom
