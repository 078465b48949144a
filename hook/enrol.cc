#include "hook/enrol.h"

#include "base/clock.h"
#include "evidence/store.h"
#include "hook/bundle_link.h"

namespace headroom {

Enrolment MakeEnrolment(const ContainerFacts& facts, Mode mode,
                        std::vector<FindingRecord> findings) {
  return Enrolment{.id = facts.id,
                   .engine = facts.engine.engine,
                   .uid = facts.uid,
                   .name = facts.engine.name,
                   .image = facts.engine.image,
                   .boot_id = facts.boot_id,
                   .init = facts.init,
                   .bundle_dir = facts.bundle_dir,
                   .cgroup = facts.cgroup,
                   .ancestors = facts.ancestors,
                   .mode = mode,
                   .own_cgroup = facts.own_cgroup,
                   .not_own_reason = facts.not_own_reason,
                   .findings = std::move(findings),
                   .enrolled_boot = NowBoot(),
                   .enrolled_wall = NowWall()};
}

Status Enrol(const StatePaths& paths, const Enrolment& enrolment) {
  const auto added = RegistryDir(paths.run_dir).Add(enrolment);
  if (!added) return std::unexpected(added.error());
  (void)RingDoorbell(paths.run_dir);  // without one, the record waits for the next supervisor
  if (!enrolment.bundle_dir.empty()) {
    // A convenience for people; where it cannot be had, the store is still where it always is.
    (void)LinkFromBundle(enrolment.bundle_dir,
                         paths.store_dir + "/" + StoreContainerDir(enrolment));
  }
  return {};
}

}  // namespace headroom
