#include "evidence/denial.h"

#include "evidence/store.h"

namespace headroom {

Result<std::string> PublishDenial(const std::string& store_dir, const Enrolment& container) {
  Store::Draft draft;
  draft.container = container;
  draft.kind = BundleKind::kDenied;
  draft.incident.generation = container.GenerationKey();
  draft.at = container.enrolled_wall;
  auto path = Store(store_dir).Publish(draft);
  if (!path && path.error().code == ErrorCode::kExists) return path.error().where;
  return path;
}

}  // namespace headroom
