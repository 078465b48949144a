#include "supervisor/incident/log_of_run.h"

#include <gtest/gtest.h>

#include "base/testing/temporary_directory.h"
#include "container/enrolment/registry_dir.h"

namespace headroom {
namespace {

Enrolment Generation(std::uint64_t start_ticks, std::chrono::seconds enrolled,
                     std::string id = "web") {
  Enrolment enrolment;
  enrolment.id = std::move(id);
  enrolment.engine = "docker";
  enrolment.boot_id = "boot";
  enrolment.init = {.pid = 4321, .start_ticks = start_ticks};
  enrolment.enrolled_wall = enrolled;
  return enrolment;
}

CapturedIncident IncidentOf(const Enrolment& container, const std::string& generation_dir) {
  CapturedIncident incident;
  incident.container = std::make_shared<const Enrolment>(container);
  incident.recorder_path = generation_dir + "/recorder";
  return incident;
}

TEST(NextRunEnrolled, IsTheNextGenerationOfTheSameContainer) {
  const TemporaryDirectory dir;
  const RegistryDir registry(dir.path());
  using std::chrono::seconds;
  const Enrolment own = Generation(1, seconds(100));
  const std::string own_dir = registry.Add(own).value();
  EXPECT_EQ(NextRunEnrolled(IncidentOf(own, own_dir)), std::nullopt) << "there is no other";
  ASSERT_TRUE(registry.Add(Generation(2, seconds(300))));
  ASSERT_TRUE(registry.Add(Generation(3, seconds(200))));
  ASSERT_TRUE(registry.Add(Generation(4, seconds(50))));
  ASSERT_TRUE(registry.Add(Generation(5, seconds(150), "other")));
  EXPECT_EQ(NextRunEnrolled(IncidentOf(own, own_dir)), WallTime(seconds(200)));
}

TEST(NextRunEnrolled, OfAContainerWithoutADirectoryIsNotKnown) {
  EXPECT_EQ(NextRunEnrolled(IncidentOf(Generation(1, {}), "/nowhere/x")), std::nullopt);
  EXPECT_EQ(NextRunEnrolled(IncidentOf(Generation(1, {}), "")), std::nullopt);
}

}  // namespace
}  // namespace headroom
