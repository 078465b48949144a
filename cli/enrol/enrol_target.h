#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "cli/targets.h"
#include "policy/layers/layer.h"

namespace headroom {

/// What became of one container that `headroom enrol` was to enrol.
struct EnrolOutcome {
  enum class Kind {
    kEnrolled,
    kAlready,  ///< nothing was to be done
    kNot,      ///< `why` says what is in the way
    kEnded,    ///< it ended before it could be
  };
  Kind kind = Kind::kNot;
  std::string why;                    ///< of kNot and kEnded; bytes, escape before printing
  Enrolment container;                ///< as far as it is known: id, engine, name
  bool paused = false;                ///< frozen by its engine
  std::vector<std::string> warnings;  ///< of how its policy came about; escaped
};

/// What is to be enrolled, whatever it is.
struct EnrolSubject {
  Enrolment known;                                ///< of it, before anything is read
  std::function<Result<ContainerFacts>()> facts;  ///< as they are now; kGone: it has ended
  /// Why facts are not enough to tell it from others; empty when they are.
  std::function<std::string(const ContainerFacts&)> why_not;
};
/// Enrols it by the policy of now, as below.
[[nodiscard]] EnrolOutcome EnrolNow(const Environment& environment, const PolicyLayer& policy,
                                    const EnrolSubject& subject);

/// Enrols one container that runs as the hook would have, by the policy of now, with a baseline of
/// now: what was killed before is not counted. Nothing about it is changed: what policy would have
/// fixed or refused when it started is a finding that says so.
///
/// Ids, names and paths come from where the hook has them too: the runtime's state and config.json,
/// which are root's, and the kernel. A container that moved its init into a cgroup other than the
/// one its runtime made is not enrolled; one whose cgroup holds others too is only observed.
[[nodiscard]] EnrolOutcome EnrolTarget(const Environment& environment, const PolicyLayer& policy,
                                       const Target& target);

}  // namespace headroom
