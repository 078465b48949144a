#include "hook/settle.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "fix/testing/fix_fixture.h"
#include "policy/layers/load.h"
#include "policy/layers/resolve.h"

namespace headroom {
namespace {

/// Directories stand in for the container's tmpfs, two functions for the kernel's.
class SettleTest : public FixFixture {
 protected:
  SettleTest() {
    const std::string rootfs = "proc/4321/root" + host_.bundle() + "/rootfs";
    host_.Write(rootfs + "/dev/shm/x", "");
    host_.Write(rootfs + "/scratch/x", "");
    struct stat info{};
    EXPECT_EQ(stat(host_.path().c_str(), &info), 0);
    facts_.shm->device = info.st_dev;
    facts_.shm->size = Limit(Mebibytes(64));
    facts_.tmpfs = {{.destination = "/scratch",
                     .mount_point = host_.bundle() + "/rootfs/scratch",
                     .device = info.st_dev,
                     .read_only = false,
                     .size = std::nullopt}};
    sizes_ = {{"shm", Mebibytes(64)}, {"scratch", Bytes{0}}};
    context_.host_shm = "/proc";  // of another device
    context_.filesystem_use = [this](const std::string& path) -> Result<FilesystemUse> {
      const std::string name = std::filesystem::read_symlink(path).filename();
      return FilesystemUse{.size = sizes_.at(name), .used = {}};
    };
    context_.resize_tmpfs = [this](int, std::string_view destination, Bytes size) -> Status {
      sizes_[std::filesystem::path(destination).filename()] = size;
      return {};
    };
  }

  Settled SettleUnder(const std::string& policy_text) {
    const auto loaded = CombineSources({{.path = "policy.json", .text = policy_text}});
    EXPECT_TRUE(loaded) << loaded.error().Message();
    const Policy policy = Resolve(loaded->layer, SubjectOf(facts_)).policy;
    return Settle(context_, policy, Decide(facts_, policy), facts_);
  }

  std::map<std::string, Bytes> sizes_;
};

const FindingRecord& Of(const Settled& settled, std::string_view rule) {
  const auto found = std::ranges::find(settled.records, rule, &FindingRecord::rule);
  EXPECT_NE(found, settled.records.end()) << rule;
  return *found;
}

TEST_F(SettleTest, WhatHadNoFixIsFixedOnceAnotherFixHasMadeRoomForIt) {
  // /dev/shm as it was and what /scratch is to get are more than the limit together.
  const Settled settled = SettleUnder(R"({"rules":{
      "shm-sized":{"action":"fix","max_share":0.5},
      "tmpfs-sized":{"action":"fix","fix_to_share":0.125}}})");
  EXPECT_EQ(Of(settled, "shm-sized").fix_outcome, "fixed: /dev/shm is now 32 MiB");
  EXPECT_EQ(Of(settled, "tmpfs-sized").fix_outcome, "fixed: /scratch is now 8 MiB");
  EXPECT_EQ(sizes_.at("scratch"), Mebibytes(8));
}

TEST_F(SettleTest, AReasonWhyNothingWasFixedIsTheLastOne) {
  const Settled settled = SettleUnder(R"({"rules":{
      "shm-sized":{"action":"fix","max_share":0.75},
      "tmpfs-sized":{"action":"fix","fix_to_share":0.5}}})");
  EXPECT_TRUE(Of(settled, "tmpfs-sized").fix_outcome.find("would hold 80 MiB") != std::string::npos)
      << Of(settled, "tmpfs-sized").fix_outcome;
  EXPECT_EQ(sizes_.at("scratch"), Bytes{0});
}

}  // namespace
}  // namespace headroom
