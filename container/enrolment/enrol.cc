#include "container/enrolment/enrol.h"

#include "container/oci/bundle_link.h"

namespace headroom {

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
