#include <gtest/gtest.h>

#include <string>

#include "explain/testing/cases.h"
#include "explain/testing/odd_cases.h"
#include "explain/testing/said.h"
#include "explain/verdict.h"

namespace headroom {
namespace {

using namespace testing_evidence;

TEST(Victim, WithoutALogIsUnknown) {
  EXPECT_TRUE(Holds(Said(AlmostNothing(), "victim"), "unknown processes"));
  EvidenceBuilder one;
  one.Record(OwnLimitIncident());
  EXPECT_TRUE(Holds(Said(one, "victim"), "unknown process:")) << Said(one, "victim");
}

TEST(Victim, SizeOfTheSnapshotIsSaidToBeThat) {
  std::string log = OomLog({});
  // As 4.x kernels print it: without the sizes.
  const std::size_t sizes = log.find(" total-vm");
  log = log.substr(0, sizes) + "\n";
  EvidenceBuilder builder;
  builder.Record(OwnLimitIncident())
      .File("kernel/oom.log", log)
      .Record(Processes({Process(kInit, "eat", 59000)}));
  EXPECT_TRUE(Holds(Said(builder, "victim"), "57.6 MiB resident at the snapshot"))
      << Said(builder, "victim");
}

}  // namespace
}  // namespace headroom
