#include "capture/cgroup_sections.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "container/testing/fake_host_v1.h"

namespace headroom {
namespace {

const Section* Find(const std::vector<Section>& sections, std::string_view name) {
  const auto found = std::ranges::find_if(
      sections, [&](const Section& section) { return section.row.section == name; });
  return found == sections.end() ? nullptr : &*found;
}

TEST(CgroupSections, OnV1TheFilesHaveTheNamesThatTheyHaveThere) {
  const FakeHostV1 host;
  const auto cgroup = CgroupDir::Open(host.view(), FakeHost::kCgroup).value();
  const auto sections = ReadLiveSections(host.view(), cgroup);
  ASSERT_NE(Find(sections, "cgroup/memory.limit_in_bytes"), nullptr);
  EXPECT_EQ(Find(sections, "cgroup/memory.limit_in_bytes")->bytes, "67108864\n");
  EXPECT_EQ(Find(sections, "cgroup/memory.max"), nullptr);
  EXPECT_NE(Find(sections, "cgroup/ancestors/00-box.slice/memory.oom_control"), nullptr);
  const Section* missing = Find(sections, "cgroup/memory.kmem.limit_in_bytes");
  ASSERT_NE(missing, nullptr);
  EXPECT_EQ(missing->row.outcome, Outcome::kUnavailable) << "it is told, not left out";
}

TEST(CgroupSections, APhotographOnV1SaysWhyTheFilesOfV2AreNotThere) {
  const FakeHostV1 host;
  const auto cgroup = CgroupDir::Open(host.view(), FakeHost::kCgroup).value();
  const auto sections = ReadPhotographSections(host.view(), cgroup);
  EXPECT_EQ(sections.front().row.section, "before/memory.stat");
  EXPECT_EQ(Find(sections, "before/memory.usage_in_bytes")->bytes, "1048576\n");
  const Section* of_v2 = Find(sections, "before/memory.current");
  ASSERT_NE(of_v2, nullptr);
  EXPECT_EQ(of_v2->row.outcome, Outcome::kUnavailable);
  EXPECT_NE(of_v2->row.reason.find("v1"), std::string::npos);
  EXPECT_EQ(std::ranges::count_if(
                sections,
                [](const Section& section) { return section.row.section == "before/memory.stat"; }),
            1);
}

TEST(CgroupSections, OfACgroupOfV1ThatIsGoneTheFilesOfV1AreMissing) {
  const FakeHostV1 host;
  const auto cgroup = CgroupDir::Open(host.view(), FakeHost::kCgroup).value();
  host.Write("memory/memory.usage_in_bytes", "1\n");
  std::filesystem::remove_all(host.path() + "/memory" + FakeHost::kCgroup);
  const auto sections = ReadLiveSections(host.view(), cgroup);
  const Section* limit = Find(sections, "cgroup/memory.limit_in_bytes");
  ASSERT_NE(limit, nullptr);
  EXPECT_EQ(limit->row.outcome, Outcome::kTooLate);
  EXPECT_EQ(Find(sections, "cgroup/memory.max"), nullptr);
}

TEST(CgroupSections, OnV2NothingOfV1IsSpokenOf) {
  const FakeHost host;
  const auto cgroup = CgroupDir::Open(host.view(), FakeHost::kCgroup).value();
  for (const Section& section : ReadPhotographSections(host.view(), cgroup)) {
    EXPECT_EQ(section.row.section.find("_in_bytes"), std::string::npos) << section.row.section;
  }
}

}  // namespace
}  // namespace headroom
