#include "explain/inferred/cgroup_name.h"

#include "explain/inferred/remark.h"
#include "fuzz/fuzz.h"

/// The first line is what is looked for, the rest where.
HEADROOM_FUZZ(text) {
  using namespace headroom;
  const std::size_t end = text.find('\n');
  const std::string_view id = text.substr(0, end);
  const std::string_view path = end == std::string_view::npos ? "" : text.substr(end + 1);
  if (const auto cgroup = CgroupNamedAfter(path, id)) {
    Require(path.starts_with(*cgroup));
    Require(cgroup->find(id) != std::string::npos);
    Require(CgroupNamedAfter(*cgroup, id) == cgroup);
  }
  if (const auto full = FullIdIn(path, id)) {
    Require(full->size() == 64 && full->starts_with(id));
    Require(CgroupNamedAfter(path, *full).has_value());
  }
  if (IsNamedInside(path, id)) {
    Require(IsInContainer(path));
    Require(!CgroupNamedAfter(path, id).has_value());
  }
  for (const char* speaker : {"dockerd", "podman", "systemd-oomd", "systemd"}) {
    const JournalRemark remark{.at = {}, .speaker = speaker, .text = std::string(path)};
    if (!KindOfRemark(remark, id)) continue;
    Require(id.size() == 64);
    Require(path.find(id) != std::string_view::npos);
  }
}
