#pragma once

#include <string>

#include "evidence/store.h"

namespace headroom {

/// A complete section of a draft.
inline Section MadeSection(std::string name, std::string bytes) {
  Section section;
  section.row.section = std::move(name);
  section.bytes = std::move(bytes);
  return section;
}

/// A container as the hook enrols it, fit to be serialized and read back.
inline Enrolment MadeEnrolment() {
  Enrolment container;
  container.id = "web";
  container.engine = "runc";
  container.boot_id = "3b0c5f0e-5c0c-4b8a-9d53-0d7f6b0f3a11";
  container.init = {.pid = 4321, .start_ticks = 777};
  container.bundle_dir = "/var/lib/bundles/web";
  container.cgroup.path = "/system.slice/web.scope";
  container.cgroup.inode = 42;
  container.cgroup.limits.max = Limit(Mebibytes(64));
  container.own_cgroup = true;
  return container;
}

/// One kill with a file, a nested file and a section that could not be had.
inline Store::Draft OomDraft() {
  Store::Draft draft;
  draft.container = MadeEnrolment();
  draft.incident = {draft.container.GenerationKey(), 0, 1};
  draft.at = std::chrono::seconds(1763694764);
  draft.sections = {MadeSection("before/memory.stat", "anon 42\n"),
                    MadeSection("before/smaps/12", "00400000-00401000 r-xp 0 00:00 0\n")};
  Section absent;
  absent.row.section = "host/pressure/memory";
  absent.row.outcome = Outcome::kUnavailable;
  absent.row.reason = "this kernel has no PSI";
  absent.bytes = "must not be written";
  draft.sections.push_back(absent);
  return draft;
}

}  // namespace headroom
