#include "supervisor/incident/closing.h"

#include <fmt/format.h>

#include <algorithm>

#include "supervisor/incident/replaces.h"

namespace headroom {
namespace {

std::int64_t Milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

bool IsFromBefore(const PhotographState& photographs, BootTime first_kill) {
  return photographs.under_way && *photographs.under_way <= first_kill;
}

}  // namespace

bool AwaitsPhotograph(const PhotographState& photographs, BootTime first_kill) {
  if (!IsFromBefore(photographs, first_kill)) return false;
  return photographs.present == nullptr || photographs.present->taken_boot < *photographs.under_way;
}

BootTime ClosingTime(const KillLedger& ledger, BootTime now, bool over, bool named,
                     const PhotographState& photographs) {
  const BootTime own_due = ledger.due().value_or(now);
  // Of one that has ended nothing more can come, and its enrolment waits for it.
  const BootTime due = over ? own_due : std::max(own_due, ledger.held_until());
  if (AwaitsPhotograph(photographs, ledger.first_seen())) return due + kPhotographPatience;
  // The rest of it is welcome, but not waited for any longer.
  if (IsFromBefore(photographs, ledger.first_seen()) || !over) return due;
  return named ? std::min(due, now) : std::min(due, due - KillLedger::kTogether + kLogPatience);
}

std::string WhyNotUsed(const Photograph& taken, const KillLedger& ledger) {
  if (taken.processes.empty()) return "the last photograph that was begun shows no process";
  if (IsTooLate(taken, ledger)) return "the last photograph was begun only after the kill";
  return "";
}

std::string WhyNoneInTime(const PhotographState& photographs, BootTime first_kill, BootTime now,
                          const std::string& not_used) {
  if (!AwaitsPhotograph(photographs, first_kill)) return not_used;
  return fmt::format(
      "a photograph was begun {} ms before the kill was noticed, and nothing of it was there {} ms "
      "after that, when the bundle was put together",
      Milliseconds(first_kill - *photographs.under_way), Milliseconds(now - first_kill));
}

}  // namespace headroom
