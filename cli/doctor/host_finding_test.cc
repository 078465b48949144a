#include "cli/doctor/host_finding.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace headroom {
namespace {

TEST(FindingsText, HasALineForWhatIsWellAndMoreForWhatIsNot) {
  EXPECT_EQ(FindingsText({{.topic = "cgroup", .health = Health::kGood, .found = "version 2"},
                          {.topic = "swap",
                           .health = Health::kNote,
                           .found = "none",
                           .consequence = "limits are met sooner"},
                          {.topic = "headroomd",
                           .health = Health::kLack,
                           .found = "does not run",
                           .consequence = "no container is watched",
                           .cure = "systemctl enable --now headroomd"}}),
            "good     cgroup            version 2\n"
            "note     swap              none: limits are met sooner\n"
            "lack     headroomd         does not run: no container is watched\n"
            "                           systemctl enable --now headroomd\n");
}

TEST(FindingsText, StaysWithinEightyColumnsAndALongTopicHasALineOfItsOwn) {
  const std::string text = FindingsText(
      {{.topic = "vm.oom_kill_allocating_task",
        .health = Health::kNote,
        .found = "1",
        .consequence = std::string(40, 'x') + " " + std::string(40, 'y') + " and the rest",
        .cure = "sysctl -w vm.oom_kill_allocating_task=0"}});
  EXPECT_TRUE(text.starts_with("note     vm.oom_kill_allocating_task\n")) << text;
  EXPECT_TRUE(FindingsText({{.topic = "vm.oom_kill_allocating_task", .found = "0"}}) ==
              "good     vm.oom_kill_allocating_task  0\n");
  for (const std::string_view line : Split(text, '\n')) EXPECT_LE(line.size(), 80U) << line;
}

}  // namespace
}  // namespace headroom
