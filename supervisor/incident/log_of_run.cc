#include "supervisor/incident/log_of_run.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "capture/log_section.h"
#include "container/enrolment/registry_dir.h"

namespace headroom {
namespace {

std::string ParentOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace

std::optional<WallTime> NextRunEnrolled(const CapturedIncident& incident) {
  const Enrolment& own = *incident.container;
  // <run>/containers/<container>/<generation>/recorder
  const std::string container = ParentOf(ParentOf(incident.recorder_path));
  if (container.empty()) return std::nullopt;
  const auto dir = OpenDirectory(AT_FDCWD, container);
  const auto names = dir ? ListDirectory(dir->get(), container) : std::unexpected(dir.error());
  if (!names) return std::nullopt;
  const RegistryDir registry(ParentOf(ParentOf(container)));
  std::optional<WallTime> next;
  for (const std::string& name : *names) {
    const RegistryDir::Entry entry{.container_key = own.ContainerKey(),
                                   .generation_key = name,
                                   .path = fmt::format("{}/{}", container, name)};
    const auto other = registry.Read(entry);
    if (!other || other->enrolled_wall <= own.enrolled_wall) continue;
    next = std::min(next.value_or(other->enrolled_wall), other->enrolled_wall);
  }
  return next;
}

Section LogSection(const CapturedIncident& incident) {
  return ReadLogSection(*incident.container, {.since = RunBegan(*incident.container),
                                              .before = NextRunEnrolled(incident)});
}

}  // namespace headroom
