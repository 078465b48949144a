#include "container/facts/make_enrolment.h"

#include <utility>

#include "base/clock.h"

namespace headroom {

Enrolment MakeEnrolment(const ContainerFacts& facts, Mode mode,
                        std::vector<FindingRecord> findings) {
  return Enrolment{.id = facts.id,
                   .engine = facts.engine.engine,
                   .uid = facts.uid,
                   .name = facts.engine.name,
                   .image = facts.engine.image,
                   .pod = facts.engine.pod,
                   .aliases = facts.engine.aliases,
                   .boot_id = facts.boot_id,
                   .init = facts.init,
                   .bundle_dir = facts.bundle_dir,
                   .cgroup_version = facts.cgroup_version,
                   .cgroup = facts.cgroup,
                   .ancestors = facts.ancestors,
                   .mode = mode,
                   .own_cgroup = facts.own_cgroup,
                   .not_own_reason = facts.not_own_reason,
                   .findings = std::move(findings),
                   .enrolled_boot = NowBoot(),
                   .enrolled_wall = NowWall()};
}

}  // namespace headroom
