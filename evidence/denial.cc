#include "evidence/denial.h"

#include <fmt/format.h>

#include "evidence/store.h"

namespace headroom {

Result<std::string> PublishDenial(const std::string& store_dir, const Enrolment& container) {
  Store::Draft draft;
  draft.container = container;
  draft.kind = BundleKind::kDenied;
  draft.incident.generation = container.GenerationKey();
  // Of one that was refused before it had a process each start is another.
  if (container.init.pid == 0) {
    draft.incident.generation += fmt::format("-{}", container.enrolled_boot.count());
  }
  draft.at = container.enrolled_wall;
  auto path = Store(store_dir).Publish(draft);
  if (!path && path.error().code == ErrorCode::kExists) return path.error().where;
  return path;
}

}  // namespace headroom
