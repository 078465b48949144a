#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "container/engine/dockerd.h"
#include "container/enrolment/enrolment.h"
#include "evidence/store.h"
#include "kernel/host_view.h"

namespace headroom {

/// Where engines keep what their containers write.
struct LogPlaces {
  DockerPlaces docker;
  std::string kubelet_dir = "/var/log/containers";  ///< a link for each container, by its id
  std::string journal_dir;                          ///< empty: this machine's journal
  HostView host;
};

/// Which part of a container's log belongs to the bundle.
struct LogSpan {
  std::optional<WallTime> since;   ///< nullopt: it is not known when this run of it began
  std::optional<WallTime> before;  ///< nullopt: no other run of it has begun since
};

/// When this run of the container began: its init's start, as it may have been enrolled later;
/// else, where that is not known, its enrolment.
[[nodiscard]] WallTime RunBegan(const Enrolment& container);

/// container/log.txt: the last lines of its log, as many as the enrolment says, without what looks
/// like a secret. Docker's json-file or local, Podman's k8s-file, the file that kubelet has a link
/// to, or the journal, where the engine has no file of it.
///
/// Unavailable with the reason where policy switched it off, where nobody keeps a log (a bare runc
/// or crun), and where the engine is another user's: that user could put anything in its files'
/// place. Too late where the log was removed with its container. Blocks on the disk, for at most 2
/// s where the journal is asked. Any thread but the event loop's.
[[nodiscard]] Section ReadLogSection(const Enrolment& container, const LogSpan& span,
                                     const LogPlaces& places = {});

}  // namespace headroom
