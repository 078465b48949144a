#include "policy/measures/tmpfs_weigh.h"

#include <gtest/gtest.h>

#include <limits>

#include "policy/testing/rule_facts.h"

namespace headroom {
namespace {

TmpfsFacts Tmpfs(const char* destination, std::optional<Limit> size, dev_t device = 0) {
  TmpfsFacts tmpfs;
  tmpfs.destination = destination;
  tmpfs.device = device;
  tmpfs.size = size;
  return tmpfs;
}

ContainerFacts With(std::vector<TmpfsFacts> all) {
  ContainerFacts facts = FactsOfAContainer();
  facts.tmpfs = std::move(all);
  return facts;
}

TEST(WeighTmpfs, TellsThoseWithASizeFromThoseWithout) {
  const WeighedTmpfs weighed =
      WeighTmpfs(With({Tmpfs("/run", Limit(Mebibytes(4))), Tmpfs("/tmp", std::nullopt),
                       Tmpfs("/x", Limit::Unlimited())}));
  EXPECT_EQ(weighed.unsized, (std::vector<std::string>{"/tmp", "/x"}));
  ASSERT_EQ(weighed.sized.size(), 1U);
  EXPECT_EQ(weighed.sized[0].destination, "/run");
  EXPECT_EQ(weighed.shm, Mebibytes(32));
  EXPECT_EQ(weighed.Sum(), Mebibytes(36));
}

TEST(WeighTmpfs, HalfOfTheHostsMemoryIsTheSizeOfOneWithoutASize) {
  ContainerFacts facts = With({Tmpfs("/run", Limit(Mebibytes(512)))});
  facts.host.memory_total = Mebibytes(1024);
  EXPECT_EQ(WeighTmpfs(facts).unsized.size(), 1U);
  facts.tmpfs[0].size = Limit(Bytes{Mebibytes(512).value - 1});
  EXPECT_TRUE(WeighTmpfs(facts).unsized.empty());
}

TEST(WeighTmpfs, LeavesOutWhatNobodyCanWriteTo) {
  ContainerFacts facts = With({Tmpfs("/proc/acpi", std::nullopt)});
  facts.tmpfs[0].read_only = true;
  const WeighedTmpfs weighed = WeighTmpfs(facts);
  EXPECT_TRUE(weighed.unsized.empty());
  EXPECT_TRUE(weighed.sized.empty());
}

TEST(WeighTmpfs, CountsOneThatIsMountedSeveralTimesOnceByItsShortestName) {
  const WeighedTmpfs weighed = WeighTmpfs(
      With({Tmpfs("/run/lock", Limit(Mebibytes(4)), 9), Tmpfs("/run", Limit(Mebibytes(4)), 9),
            Tmpfs("/var/run", Limit(Mebibytes(4)), 9), Tmpfs("/tmp", Limit(Mebibytes(4)), 10)}));
  ASSERT_EQ(weighed.sized.size(), 2U);
  EXPECT_EQ(weighed.sized[0].destination, "/run");
  EXPECT_EQ(weighed.sized[1].destination, "/tmp");
}

TEST(WeighTmpfs, WithoutDevicesEveryMountIsOneOfItsOwn) {
  EXPECT_EQ(WeighTmpfs(With({Tmpfs("/a", Limit(Mebibytes(1))), Tmpfs("/b", Limit(Mebibytes(1)))}))
                .sized.size(),
            2U);
}

/// Docker masks /proc/kcore and others with a file of the container's own /dev.
TEST(WeighTmpfs, DevOfTheUsualSizeHoldsDeviceNodesAlone) {
  EXPECT_TRUE(WeighTmpfs(With({Tmpfs("/proc/kcore", Limit(Mebibytes(64)), 9),
                               Tmpfs("/dev", Limit(Mebibytes(64)), 9)}))
                  .sized.empty());
  EXPECT_EQ(WeighTmpfs(With({Tmpfs("/dev", Limit(Bytes{Mebibytes(64).value + 1}))})).sized.size(),
            1U);
  EXPECT_EQ(WeighTmpfs(With({Tmpfs("/dev", std::nullopt)})).unsized.size(), 1U);
}

TEST(WeighTmpfs, LeavesAShmToItsOwnRulesUnlessItIsTheContainersAndSized) {
  const auto shm_of = [](auto change) {
    ContainerFacts facts = FactsOfAContainer();
    change(*facts.shm);
    return WeighTmpfs(facts).shm;
  };
  EXPECT_EQ(shm_of([](ShmFacts& shm) { shm.host_shared = true; }), std::nullopt);
  EXPECT_EQ(shm_of([](ShmFacts& shm) { shm.type = "ext4"; }), std::nullopt);
  EXPECT_EQ(shm_of([](ShmFacts& shm) { shm.size = std::nullopt; }), std::nullopt);
  EXPECT_EQ(shm_of([](ShmFacts& shm) { shm.size = Limit::Unlimited(); }), std::nullopt);
  EXPECT_EQ(shm_of([](ShmFacts&) {}), Mebibytes(32));
  ContainerFacts without = FactsOfAContainer();
  without.shm = std::nullopt;
  EXPECT_EQ(WeighTmpfs(without).shm, std::nullopt);
}

TEST(WeighTmpfs, TheSumNeverWraps) {
  const Bytes most{std::numeric_limits<std::uint64_t>::max()};
  EXPECT_EQ(WeighTmpfs(With({Tmpfs("/a", Limit(most)), Tmpfs("/b", Limit(most))})).Sum(), most);
}

}  // namespace
}  // namespace headroom
