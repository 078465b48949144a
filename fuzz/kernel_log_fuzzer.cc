#include "explain/kernel_log/kernel_log.h"

#include <nlohmann/json.hpp>

#include "base/json.h"
#include "fuzz/fuzz.h"

HEADROOM_FUZZ(text) {
  using namespace headroom;
  const KernelLogReport report = ReadKernelLog(text);
  for (const LoggedOom& logged : report.kills) {
    Require(!logged.event.victims.empty());
    Require(logged.stamps.size() == logged.event.victims.size());
    for (const OomVictim& victim : logged.event.victims) Require(victim.sequence <= report.lines);
  }
  for (const LoggedOom& logged : report.incomplete) Require(logged.event.victims.empty());
  Require(ParseJson(KernelLogJson(report), "").has_value());
  for (const char c : KernelLogText(report, "log")) Require(c == '\n' || c >= ' ' || c < 0);
}
