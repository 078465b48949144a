#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "cli/environment.h"
#include "cli/run/kill_counters.h"
#include "cli/run/signal_gate.h"
#include "container/enrolment/enrolment.h"

namespace headroom {

/// A command that has ended, as `headroom run` saw it.
struct RunEnd {
  const Enrolment& command;
  CountedKills counted;
  bool killed = false;      ///< by SIGKILL, whoever sent it
  bool supervised = false;  ///< headroomd runs, and has its enrolment
};

/// What there is to say about an end.
enum class EndWord {
  kNone,      ///< the OOM killer had no part in it
  kVerdict,   ///< headroomd has seen a kill, or may have: its bundle tells
  kCounters,  ///< the kernel's counters alone tell of a kill
  kUnsure,    ///< it was killed, and its counter is gone
};
/// Pure.
[[nodiscard]] EndWord WhatToSay(const RunEnd& end);

/// "job-7: the kernel's OOM killer killed 1 process of it (memory.events: oom_kill 1, ...)...": one
/// line, without its end. Pure.
[[nodiscard]] std::string CountersText(const RunEnd& end);
/// The same for kUnsure.
[[nodiscard]] std::string UnsureText(const RunEnd& end);

/// Says it on the error stream, and nothing where there is nothing. Waits for headroomd to have
/// written a bundle that is due, 20 s at most, and no longer than until somebody sends us a signal.
void TellEnd(const Environment& environment, const SignalGate& gate, const RunEnd& end);

}  // namespace headroom
