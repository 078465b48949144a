#include "supervisor/incident/self_section.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "capture/section.h"
#include "evidence/recorder.h"
#include "kernel/proc/process.h"

namespace headroom {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;

constexpr std::size_t kStatusBytes = 65536;
/// The clock of the kernel's log may stand still for a tick (10 ms with HZ=100).
constexpr std::chrono::milliseconds kTick{10};

microseconds InMicroseconds(nanoseconds time) {
  return std::chrono::duration_cast<microseconds>(time);
}

/// From the first kill line to our noticing. Without the lag of the log's clock it is not known.
std::optional<microseconds> Detection(const CapturedIncident& incident) {
  const auto& record = incident.record;
  if (!record.detected_boot || !record.log_clock_lag) return std::nullopt;
  std::optional<nanoseconds> first;
  for (const OomEvent& event : incident.oom_events) {
    if (event.victims.empty()) continue;
    const nanoseconds at = event.victims.front().since_boot + *record.log_clock_lag;
    first = std::min(first.value_or(at), at);
  }
  if (!first || *record.detected_boot + kTick < *first) return std::nullopt;
  return InMicroseconds(std::max(*record.detected_boot - *first, nanoseconds(0)));
}

void AddSamples(const CapturedIncident& incident, SelfAccount& account) {
  const auto recording = incident.recording ? Result<Recording>(*incident.recording)
                                            : ReadRecording(incident.recorder_path);
  if (!recording) return;
  account.samples = recording->samples.size();
  account.samples_skipped = recording->skipped;
  for (std::size_t i = 1; i < recording->samples.size(); ++i) {
    const nanoseconds gap = recording->samples[i].at - recording->samples[i - 1].at;
    account.longest_gap = std::max(account.longest_gap.value_or(microseconds(0)),
                                   InMicroseconds(std::max(gap, nanoseconds(0))));
  }
}

}  // namespace

SelfAccount AccountOf(const HostView& host, const CapturedIncident& incident, BootTime now) {
  SelfAccount account;
  if (incident.photograph) {
    account.photograph = InMicroseconds(incident.photograph->took);
    if (incident.photograph->held) account.held = InMicroseconds(*incident.photograph->held);
  }
  account.detection = Detection(incident);
  if (incident.record.detected_boot) {
    account.assembled = InMicroseconds(now - *incident.record.detected_boot);
  }
  AddSamples(incident, account);
  account.pidfd_open = OpenPidfd(getpid()).has_value();
  const auto text = ReadProcessFile(host, getpid(), "status", kStatusBytes);
  const auto status = text ? ParseProcessStatus(*text) : Malformed("status", "was not read");
  if (status) account.rss = status->vm_rss;
  return account;
}

Section SelfSection(const HostView& host, const CapturedIncident& incident) {
  return TextSection("self.json", SerializeSelfAccount(AccountOf(host, incident, NowBoot())));
}

}  // namespace headroom
