#include "fuzz/fuzz.h"
#include "kernel/trace/trace_line.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  (void)ParseLostEvents(text);
  (void)ParseTraceStats(text);
  const auto event = ParseTraceLine(text);
  if (!event) return;
  if (const auto* victim = std::get_if<TracedVictim>(&*event)) {
    Require(victim->pid > 0 && victim->at.count() >= 0);
    return;
  }
  if (const auto* exec = std::get_if<TracedExec>(&*event)) {
    Require(exec->process > 0 && exec->at.count() >= 0 && exec->path.size() <= text.size());
    return;
  }
  const auto& signal = std::get<TracedSignal>(*event);
  Require(signal.target > 0 && signal.sender >= 0 && signal.at.count() >= 0);
  Require(signal.sender_comm.size() + signal.target_comm.size() <= text.size());
}
