#pragma once

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/photograph.h"
#include "container/enrolment/enrolment.h"
#include "evidence/incident.h"
#include "evidence/neighbours.h"
#include "evidence/pre_kill_result.h"
#include "evidence/recorder.h"
#include "evidence/signals.h"
#include "evidence/store.h"
#include "kernel/host_view.h"
#include "kernel/kmsg/oom_log.h"

namespace headroom {

/// What was done before the kill; or why there is no telling.
struct PreKillState {
  std::optional<PreKillResult> result;
  std::string why_none;  ///< where there is no result
};

/// All that is known of one incident, handed from the event thread to the one that writes.
struct CapturedIncident {
  std::shared_ptr<const Enrolment> container;
  IncidentId id;
  /// The store could not be read when its container was adopted: bundles may have some of its
  /// kills.
  bool may_be_reported = false;
  Incident record;                               ///< incident.json
  std::shared_ptr<const Photograph> photograph;  ///< nullptr: none was taken
  std::string why_no_photograph;
  std::vector<Section> live;  ///< cgroup/...
  std::vector<OomEvent> oom_events;
  /// nullopt: a kill of the kernel's OOM killer, which its log and counters tell from a group's.
  std::optional<BundleKind> kind;
  SignalRecord signals;
  std::optional<Section> shm;       ///< before/shm.json of later than the photograph
  std::string signals_unavailable;  ///< why signals were not watched; empty: they were
  std::string log_unavailable;      ///< why the kernel's log could not be read; empty: it could
  std::uint64_t log_overruns = 0;
  PreKillState pre_kill;
  /// When the last of it was noticed; nullopt: just now.
  std::optional<BootTime> noticed;
  /// By a supervisor that did not watch when it happened, which may be long before it was noticed.
  bool found_afterwards = false;
  std::string recorder_path;
  /// As it was when the incident was closed: it goes on. nullopt: as it is when it is wanted.
  std::optional<Recording> recording;
  /// What is looked for around the container since the kill was noticed; not valid: nothing is, for
  /// the reason beside it.
  std::shared_future<Result<Neighbours>> neighbours;
  std::string why_no_neighbours;
  std::shared_ptr<const CgroupDir> cgroup;  ///< for the survivors; nullptr when it is gone
  /// What ReadAround() has read, however late the bundle is written; nullptr: nothing yet.
  std::shared_ptr<const std::vector<Section>> around;
};

/// Puts a bundle together, verdict included, around what was read of the host and of what is left
/// of the container, or is read now where nothing was; in the thread that writes.
[[nodiscard]] Store::Draft AssembleDraft(const HostView& host, const CapturedIncident& incident);

}  // namespace headroom
